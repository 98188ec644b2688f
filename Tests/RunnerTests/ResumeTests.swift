// SPDX-License-Identifier: Apache-2.0
// Stopped and killed runs go on to the same bits as a run that was never disturbed.

import EngineKit
import Glibc
import Store
import Testing

@testable import Runner

@Suite struct ResumeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0, 1, 19, 20, 21, 39])
    func aStoppedRunGoesOnToTheSameBits(stop: Int) throws {
        let whole = try RunHandle.start(plan(folder.path, "whole")).wait()
        let limits = RunLimits(maximumSteps: stop)
        #expect(try RunHandle.start(plan(folder.path, limits: limits)).wait().state == .stopped)
        let outcome = try RunHandle.resume(plan(folder.path)).wait()
        #expect(outcome.state == .finished)
        #expect(outcome.summary["metrics"] == whole.summary["metrics"])
        #expect(try Traces(folder.path) == Traces(folder.path, "whole"))
    }

    @Test func aRunInterruptedManyTimesGoesOnToTheSameBits() throws {
        _ = try RunHandle.start(plan(folder.path, "whole")).wait()
        _ = try RunHandle.start(plan(folder.path, limits: RunLimits(maximumSteps: 3))).wait()
        for most in stride(from: 6, to: 40, by: 6) {
            let outcome = try RunHandle.resume(plan(folder.path, limits: RunLimits(maximumSteps: most))).wait()
            #expect(outcome.state == .stopped)
        }
        _ = try RunHandle.resume(plan(folder.path)).wait()
        #expect(try Traces(folder.path) == Traces(folder.path, "whole"))
    }

    /// The process really dies by SIGKILL, before the step is done, with rows committed behind the last checkpoint.
    @Test(arguments: [5, 20, 21, 37])
    func aKilledRunIsSeenAsInterruptedAndGoesOnToTheSameBits(step: Int) async throws {
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, step = step as Int] in
            var recipe = WalkRecipe(steps: 40)
            recipe.onStep = { next in
                guard next == step, let reader = try? RunReader(parent: path, name: "run") else { return }
                // Until what came before is seen from outside, and so was committed.
                while (try? reader.series("walk/position").count) != step - 1 { sched_yield() }
                kill(getpid(), SIGKILL)
            }
            _ = try RunHandle.start(plan(path, "run", recipe)).wait()
        }
        let reader = try RunReader(parent: path, name: "run")
        #expect(try reader.update().state == .interrupted)
        #expect(try reader.series("walk/position").count == step - 1)
        #expect(try RunHandle.resume(plan(path)).wait().state == .finished)
        _ = try RunHandle.start(plan(path, "whole")).wait()
        #expect(try Traces(path) == Traces(path, "whole"))
    }

    @Test func lastAndBestValuesGoOnAcrossAResume() throws {
        let watcher = try Watcher(plan(folder.path))
        for _ in 0..<7 { watcher.run.control.stepOnce() }
        try watcher.wait("seven steps and a pause") { $0.step == 7 && $0.update.state == .paused }
        // From here on the walk stands still, so that its best value is in the first process.
        watcher.run.control.send(.setParameter(name: "scale", value: 0))
        watcher.run.control.stop()
        let first = watcher.run.wait()
        let second = try RunHandle.resume(plan(folder.path)).wait()
        let values = try RunReader(parent: folder.path, name: "run").series("walk/distance").map(\.value)
        let distance = second.summary["metrics"]?.object?["walk/distance"]?.object
        #expect(distance?["best"]?.number == values.min())
        #expect(distance?["last"]?.number == values.last)
        #expect(first.summary["metrics"] == second.summary["metrics"])
        #expect(values[7...].allSatisfy { $0 > values.min() ?? 0 })
    }

    @Test func aResumedEngineAnnouncesNothingTwice() throws {
        _ = try RunHandle.start(plan(folder.path, limits: RunLimits(maximumSteps: 25))).wait()
        let before = try RunReader(parent: folder.path, name: "run").update().events
        let watcher = try Watcher(plan(folder.path), resuming: true)
        try watcher.wait("paused") { $0.update.state == .paused }
        #expect(watcher.wasToldToReload)
        #expect(watcher.events == [])
        watcher.run.control.stop()
        _ = watcher.run.wait()
        #expect(try RunReader(parent: folder.path, name: "run").update().events == before)
    }

    @Test func aFinishedRunThatIsResumedStaysAsItIs() throws {
        _ = try RunHandle.start(plan(folder.path)).wait()
        let before = try Traces(folder.path)
        #expect(try RunHandle.resume(plan(folder.path)).wait().state == .finished)
        #expect(try Traces(folder.path) == before)
    }

    /// Measurements behind the last step belong into the checkpoint of that step, and are stored once wherever it ends.
    @Test(arguments: [0, 1, 2, 3])
    func workBehindTheLastStepIsSavedAndNotDoneTwice(stop: Int) throws {
        let recipe = WalkRecipe(steps: 4, slicesAtEnd: 3)
        func evaluations(_ name: String) throws -> [Double] {
            try RunReader(parent: folder.path, name: name).update().events.compactMap {
                if case .evaluation(let evaluation) = $0 { evaluation.thresholds[0] } else { nil }
            }
        }
        let watcher = try Watcher(plan(folder.path, "run", recipe))
        // A checkpoint at the last step, in front of the slices.
        for _ in 0..<4 { watcher.run.control.stepOnce() }
        try watcher.wait("four steps") { $0.step == 4 && $0.update.state == .paused }
        watcher.run.control.requestCheckpoint()
        for _ in 0..<stop { watcher.run.control.stepOnce() }
        try watcher.wait("\(stop) slices") {
            $0.events.count { if case .evaluation = $0 { true } else { false } } == stop && $0.update.state == .paused
        }
        watcher.run.control.stop()
        #expect(watcher.run.wait().state == .stopped)
        #expect(try lastCheckpoint(folder.path).checkpoint.integer("slices") == stop)
        #expect(try RunHandle.resume(plan(folder.path, "run", recipe)).wait().state == .finished)
        #expect(try evaluations("run") == [1, 2, 3])
        #expect(try lastCheckpoint(folder.path).checkpoint.integer("slices") == 3)

        let undisturbed = try RunHandle.start(plan(folder.path, "whole", recipe)).wait()
        #expect(undisturbed.state == .finished)
        #expect(try Traces(folder.path) == Traces(folder.path, "whole"))
        #expect(try RunHandle.resume(plan(folder.path, "whole", recipe)).wait().state == .finished)
        #expect(try evaluations("whole") == [1, 2, 3])
    }

    /// The store wants the working time of the run, which goes on where the last process stopped.
    @Test func timesOfPointsAreWorkingTimesThatGoOnAcrossAResume() throws {
        let first = try RunHandle.start(plan(folder.path, limits: RunLimits(maximumSteps: 7))).wait()
        let second = try RunHandle.resume(plan(folder.path)).wait()
        let times = try RunReader(parent: folder.path, name: "run").times("walk/position")
        #expect(times == times.sorted())
        let (pause, end) = (first.summary["seconds"]?.number, second.summary["seconds"]?.number)
        #expect(times[6] < (try #require(pause)))
        #expect(times[39] < (try #require(end)))
        let atCheckpoint = try #require(Double(try lastCheckpoint(folder.path).checkpoint.text("runner.seconds")))
        #expect(times[39] <= atCheckpoint)
        #expect(times[0] >= 0)
    }
}
