// SPDX-License-Identifier: Apache-2.0
// Killed at any moment, a run opens again and goes on to the same content as one that was left alone.
import EngineKit
import Foundation
import Testing

@testable import Store

@Suite struct CrashTests {
    /// A batch that is never due: what was not flushed is still open when the process dies.
    static let patient = StoreThread.Pace(batch: 1000, idle: 1000, heartbeat: 1000)

    @Test func killedProcessLosesAtMostTheOpenBatch() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let writer = try RunWriter.create(
                parent: path, header: header(), sessionText: "x", pace: CrashTests.patient)
            for step in 1...40 { for event in events(ofStep: step) { writer.record(event, at: 0) } }
            try writer.flush()
            for step in 41...80 { for event in events(ofStep: step) { writer.record(event, at: 0) } }
            kill(getpid(), SIGKILL)
        }
        let reader = try RunReader(parent: path, name: "run")
        let update = try reader.update()
        #expect(update.state == .interrupted)
        #expect(update.reason == "its process is gone")
        // What was flushed is there, and nothing out of order; a wake-up that is left from the flush may have closed the
        // next batch before it was due.
        let (flushed, all) = ((1...40).flatMap(events(ofStep:)), (1...80).flatMap(events(ofStep:)))
        #expect(update.events.count >= flushed.count)
        #expect(update.events == Array(all.prefix(update.events.count)))
        try RunWriter.open(parent: path, name: "run").close()
        #expect(try storedEvents(in: path) == update.events)
    }

    @Test func resumedRunEqualsOneThatWasLeftAlone() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let undisturbed = try create(in: path, "undisturbed")
        try CrashTests.work(undisturbed, from: 0, to: 100)
        undisturbed.close()

        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let writer = try create(in: path, "killed")
            try CrashTests.work(writer, from: 0, to: 57)
            try writer.flush()
            kill(getpid(), SIGKILL)
        }
        for end in [63, 85, 85, 100] {
            let writer = try RunWriter.open(parent: path, name: "killed")
            let (checkpoint, step) = try #require(try writer.latestCheckpoint())
            #expect(checkpoint == state(step))
            try writer.truncate(afterStep: step)
            try CrashTests.work(writer, from: step, to: end)
            writer.close()
        }
        #expect(try storedEvents(in: path, "killed") == storedEvents(in: path, "undisturbed"))
        for metric in ["train/loss", "train/rate", "test/error"] {
            let killed = try RunReader(parent: path, name: "killed").series(metric)
            let whole = try RunReader(parent: path, name: "undisturbed").series(metric)
            #expect(killed.map(\.step) == whole.map(\.step))
            #expect(killed.map(\.value) == whole.map(\.value))
        }
    }

    @Test func filesCopiedBetweenTwoTransactionsAreARun() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try CrashTests.work(writer, from: 0, to: 33)
        try writer.flush()
        try FileManager.default.copyItem(atPath: folder.path + "/run", toPath: folder.path + "/copy")
        let copy = try RunWriter.open(parent: folder.path, name: "copy")
        #expect(try copy.latestCheckpoint()?.step == 30)
        copy.close()
        #expect(try storedEvents(in: folder.path, "copy") == storedEvents(in: folder.path))
        #expect(try RunReader(parent: folder.path, name: "copy").header.name == "copy")
    }

    @Test func eventsOfTheCheckpointsStepAreNotDoubled() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        writer.record(.metrics(step: 10, epoch: 1, values: [MetricValue("x", 1)]), at: 0)
        try writer.save(state(10), step: 10)
        let after: [RunEvent] = [
            .stage(step: 10, name: "prune", index: 1, count: 2),
            .metrics(step: 10, epoch: 1, values: [MetricValue("y", 1)]),
            .message(step: 10, level: .notice, text: "a second stage"),
        ]
        for event in after { writer.record(event, at: 0) }
        let answer = ThresholdEvaluation(requestIdentifier: 1, step: 10, thresholds: [1], testError: 2)
        writer.record(.evaluation(answer), at: 0)
        // What the engine evaluates by itself it will evaluate again.
        let unasked = ThresholdEvaluation(
            requestIdentifier: ThresholdEvaluation.unasked, step: 10, thresholds: [2], testError: 3)
        writer.record(.evaluation(unasked), at: 0)
        try writer.truncate(afterStep: 10)
        for event in after { writer.record(event, at: 0) }
        try writer.flush()
        let first = RunEvent.metrics(step: 10, epoch: 1, values: [MetricValue("x", 1)])
        #expect(try storedEvents(in: folder.path) == [first, .evaluation(answer)] + after)
    }

    @Test func stepsThatDoNotRiseAreTruncatedOneByOne() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let steps = [1, 9, 3, 12, 2, 9, 5, 30, 4]
        for step in steps {
            writer.record(.metrics(step: step, epoch: 0, values: [MetricValue("x", Double(step))]), at: 0)
        }
        try writer.truncate(afterStep: 8)
        #expect(try RunReader(parent: folder.path, name: "run").series("x").map(\.step) == steps.filter { $0 <= 8 })
    }

    @Test func truncationBeforeTheFirstStepLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for _ in 0..<2 {
            writer.record(.stage(step: 0, name: "prune", index: 0, count: 1), at: 0)
            writer.record(.costGraph(graph), at: 0)
            try CrashTests.work(writer, from: 0, to: 20)
            try writer.truncate(afterStep: -1)
            #expect(try writer.latestCheckpoint() == nil)
            #expect(try RunReader(parent: folder.path, name: "run").update().progress == nil)
            #expect(try storedEvents(in: folder.path) == [])
            #expect(try folder.names("run/checkpoints") == [])
        }
    }

    @Test func attachedReaderIsToldToReload() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try CrashTests.work(writer, from: 0, to: 17)
        try writer.flush()
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.update().events.count > 17)
        try writer.truncate(afterStep: 10)
        try CrashTests.work(writer, from: 10, to: 12)
        try writer.flush()
        let update = try reader.update()
        #expect(update.mustReload)
        #expect(update.events == (1...12).flatMap(events(ofStep:)))
        #expect(try !reader.update().mustReload)
        // Nothing to remove: nobody has to reload.
        try writer.truncate(afterStep: 12)
        #expect(try !reader.update().mustReload)
    }

    @Test func halfMadeFoldersAreInvisibleAndRemovedLater() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        for (name, age) in [(".elbo-old-1-1-x", 3600.0), (".elbo-new-1-1-x", 0)] {
            try FileSystem.makeDirectory(path + "/" + name)
            try Data("torn".utf8).write(to: URL(fileURLWithPath: path + "/" + name + "/run.sqlite"))
            let date = Date(timeIntervalSinceNow: -age)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path + "/" + name)
        }
        #expect(RunCatalog.runs(in: path).entries.isEmpty)
        #expect(RunCatalog.runs(in: path).unreadable.isEmpty)
        try create(in: path).close()
        #expect(try folder.names() == [".elbo-new-1-1-x", "run"])
    }

    /// What a runner does from one step to another: events, and a checkpoint every ten steps.
    static func work(_ writer: RunWriter, from start: Int, to end: Int) throws {
        for step in start..<end {
            for event in events(ofStep: step + 1) { writer.record(event, at: Double(step)) }
            writer.record(
                .progress(Progress(step: step + 1, totalSteps: 100, epoch: 0, stage: "prune")), at: Double(step))
            if (step + 1) % 10 == 0 { try writer.save(state(step + 1), step: step + 1) }
        }
    }
}
