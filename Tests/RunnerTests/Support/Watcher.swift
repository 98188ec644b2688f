// SPDX-License-Identifier: Apache-2.0
// Waiting for another thread without looking at the clock: gates that a test opens, feeds that wake it.

import Dispatch
import EngineKit
import Testing

@testable import Runner

/// Holds a thread until it is opened; then it stays open.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    func pass() {
        semaphore.wait()
        semaphore.signal()
    }
}

/// Starts a run that waits before its first step, and sees what happens in it.
final class Watcher {
    let run: RunHandle
    private let wakes: DispatchSemaphore
    private(set) var events: [RunEvent] = []
    private(set) var update: EventFeed.Update
    /// Whether any update told the reader to load the past.
    private(set) var wasToldToReload = false

    init(_ plan: RunPlan, resuming: Bool = false, paused: Bool = true) throws {
        let gate = Gate()
        let wakes = DispatchSemaphore(value: 0)
        var held = plan
        if var recipe = plan.recipe as? WalkRecipe {
            recipe.onBuild = { gate.pass() }
            held.recipe = recipe
        }
        let wake: @Sendable () -> Void = { wakes.signal() }
        run = resuming ? try RunHandle.resume(held, wake: wake) : try RunHandle.start(held, wake: wake)
        self.wakes = wakes
        update = run.feed.drain()
        if paused { run.control.pause() }
        gate.open()
    }

    /// Looks whenever there is news until `condition` holds.
    ///
    /// A minute without news is a hang and fails the test; nothing that is right comes near to it.
    func wait(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation, until condition: (Watcher) throws -> Bool
    ) throws {
        while true {
            update = run.feed.drain()
            events += update.events
            wasToldToReload = wasToldToReload || update.mustReload
            if try condition(self) { return }
            try #require(wakes.wait(timeout: .now() + 60) == .success, "\(what)", sourceLocation: sourceLocation)
        }
    }

    var step: Int { update.progress?.step ?? 0 }
    var messages: [String] {
        events.compactMap { if case .message(_, _, let text) = $0 { text } else { nil } }
    }
}
