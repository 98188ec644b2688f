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

    /// Threads that are neither joined nor detached keep their stacks; the C library keeps two or three for new threads.
    @Test func threadsThatNobodyWaitsForGiveTheirStacksBack() async {
        await #expect(processExitsWith: .success) {
            let body = DispatchSemaphore(value: 0)
            for _ in 0..<16 {
                do { _ = WorkerThread(name: "elbo test", nice: 19) { body.signal() } }
                body.wait()
                while try threads("elbo test") > 0 { sched_yield() }
            }
            if try workerStacks() > 8 { exit(1) }
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
            if during.withLock({ $0 }) != 1 { exit(1) }
            // A thread that has said its last word may still be on its way out; one that is left behind never goes. Looks
            // are counted and not seconds, which say nothing on a busy machine.
            for _ in 0..<100_000 {
                if try threads("elbo ") == 0 { return }
                sched_yield()
            }
            exit(2)
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

/// Memory areas of this process that have the size of a worker's stack, with or without its guard page.
private func workerStacks() throws -> Int {
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    return maps.split(separator: "\n").count { line in
        let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { Int($0, radix: 16) }
        return ends.count == 2 && abs(ends[1] - ends[0] - (16 << 20)) <= Int(getpagesize())
    }
}
