// SPDX-License-Identifier: Apache-2.0
// A run that has ended answers questions from its last checkpoint and stays as it is.

import Dispatch
import EngineKit
import Foundation
import Store
import Testing

@testable import Runner

@Suite struct EndedRunTests {
    private let folder: TemporaryFolder
    private let wakes = DispatchSemaphore(value: 0)

    init() throws { folder = try TemporaryFolder() }

    private func ended(_ plan: RunPlan) -> EndedRun {
        let wakes = wakes
        return EndedRun(plan) { wakes.signal() }
    }

    /// The next answers; a minute without any is a hang.
    private func answers(_ run: EndedRun) throws -> [EndedRun.Answer] {
        while true {
            let answers = run.takeAnswers()
            if !answers.isEmpty { return answers }
            try #require(wakes.wait(timeout: .now() + 60) == .success)
        }
    }

    @Test func itAnswersWithTheStateOfTheLastCheckpointAndWritesNothing() throws {
        let plan = plan(folder.path)
        let outcome = try RunHandle.start(plan).wait()
        func stored() throws -> EventFeed.Update { try RunReader(parent: folder.path, name: "run").update() }
        let before = try stored()
        let position = try #require(outcome.summary["finalPosition"]?.number)
        let run = ended(plan)
        for request in 1...2 {
            run.evaluate([Double(request)], requestIdentifier: request)
            let answer = ThresholdEvaluation(
                requestIdentifier: request, step: 40, thresholds: [Double(request)], testError: abs(position))
            #expect(try answers(run) == [.event(.evaluation(answer))])
        }
        run.stop()
        run.wait()
        #expect(try stored() == before)
        #expect(before.state == .finished)
    }

    @Test func aRunWithoutACheckpointSaysThatThereIsNoNetwork() throws {
        let plan = plan(folder.path, "run", WalkRecipe(steps: 40, failAt: 1))
        #expect(try RunHandle.start(plan).wait().state == .failed)
        let run = ended(plan)
        run.evaluate([1], requestIdentifier: 1)
        guard case .failure(let text)? = try answers(run).first else {
            Issue.record("no failure")
            return
        }
        #expect(text == "run ended before its first checkpoint; there is no network to evaluate")
    }

    @Test func anEngineThatCannotBeBuiltIsAFailureWithItsReason() throws {
        _ = try RunHandle.start(plan(folder.path)).wait()
        let run = ended(plan(folder.path, "run", WalkRecipe(steps: 40, isUnbuildable: true)))
        #expect(try answers(run) == [.failure("The map of the walk is missing.")])
    }

    @Test func aRunThatDoesNotExistIsAFailure() throws {
        let run = ended(plan(folder.path, "nobody"))
        guard case .failure? = try answers(run).first else {
            Issue.record("no failure")
            return
        }
    }
}
