// SPDX-License-Identifier: Apache-2.0
// The thread of a run: polite while it lives, gone when it is done.

import CPlatform
import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Runner

@Suite struct WorkerThreadTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func theWorkerLetsOthersGoFirst() throws {
        let seen = Mutex<[Int32]>([])
        var recipe = WalkRecipe(steps: 2)
        recipe.onBuild = { seen.withLock { $0.append(elbo_thread_nice()) } }
        recipe.onStep = { _ in seen.withLock { $0.append(elbo_thread_nice()) } }
        let before = elbo_thread_nice()
        _ = try RunHandle.start(plan(folder.path, "run", recipe)).wait()
        #expect(seen.withLock { $0 } == [19, 19, 19])
        #expect(elbo_thread_nice() == before)
    }

    @Test func aRunKeepsGoingWhenNobodyHoldsItsHandle() throws {
        let gate = Gate()
        let done = Gate()
        var recipe = WalkRecipe(steps: 4)
        recipe.onBuild = { gate.pass() }
        recipe.onStep = { if $0 == 4 { done.open() } }
        _ = try RunHandle.start(plan(folder.path, "run", recipe))
        gate.open()
        done.pass()
    }

    /// Unjoined threads would keep their stacks of 16 MB; the C library keeps a few for the next threads.
    @Test func threadsThatNobodyWaitsForGiveTheirStacksBack() async {
        await #expect(processExitsWith: .success) {
            let before = try addressSpaceMegabytes()
            let bodies = DispatchSemaphore(value: 0)
            for _ in 0..<32 { _ = WorkerThread(name: "elbo test", nice: 19) { bodies.signal() } }
            for _ in 0..<32 { bodies.wait() }
            while try threads("elbo test") > 0 { sched_yield() }
            // Half of what 32 stacks take.
            if try addressSpaceMegabytes() - before > 256 { exit(1) }
        }
    }

    /// In a process of its own, where no other test has threads of these names.
    @Test func noThreadIsLeftBehind() async throws {
        let path = folder.path
        await #expect(processExitsWith: .success) { [path = path as String] in
            let during = Mutex(0)
            var recipe = WalkRecipe(steps: 4)
            recipe.onStep = { _ in during.withLock { $0 = max($0, (try? threads("elbo engine")) ?? 0) } }
            for name in ["a", "b", "c"] { _ = try RunHandle.start(plan(path, name, recipe)).wait() }
            guard during.withLock({ $0 }) == 1, try threads("elbo engine") == 0 else { exit(1) }
            // The store's thread has said its last word and is on its way out.
            while try threads("elbo store") > 0 { sched_yield() }
        }
    }
}

/// Threads of this process with this name.
private func threads(_ name: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count {
        let text = try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)
        return text?.hasPrefix(name) == true
    }
}

private func addressSpaceMegabytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = text.split(separator: " ").first.flatMap { Int($0) } ?? 0
    return (pages * Int(getpagesize())) >> 20
}
