// SPDX-License-Identifier: Apache-2.0
// Writing a network beside everything else: what has none says so, wherever it is asked.

import Dispatch
import EngineKit
import Store
import Synchronization
import Testing

@testable import Runner

@Suite struct CompactRunTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func anEngineWithoutANetworkSaysSo() throws {
        #expect(try RunHandle.start(plan(folder.path)).wait().state == .finished)
        let task = CompactRun(plan: plan(folder.path), thresholds: .session, path: folder.path + "/net")
        let error = #expect(throws: EngineError.self) { _ = try task.perform() }
        #expect(error?.description == "A run of walk has no network that could be written.")
    }

    @Test func theAnswerOfAThreadOfItsOwnIsASentence() throws {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex<Result<CompactOutcome, EngineError>?>(nil)
        CompactRun(plan: plan(folder.path), thresholds: .all(1), path: folder.path + "/net").start { result in
            answer.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        guard case .failure(let error) = answer.withLock({ $0 }) else {
            Issue.record("a run that does not exist was written")
            return
        }
        #expect(error.description == "A run of walk has no network that could be written.")
    }
}
