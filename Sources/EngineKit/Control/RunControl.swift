// SPDX-License-Identifier: Apache-2.0
// How other threads steer a running engine: an atomic flag on the hot path, everything else behind a lock.
import Synchronization

/// The steering wheel of a run: any thread may turn it, one worker obeys between steps.
///
/// The worker reads `needsAttention` (one atomic load) before each step and calls `takeTurn` only when it is set.
/// Requests are never lost and are obeyed in order, with two merges: a newer value for the same parameter and a newer
/// threshold evaluation replace the one still waiting, so that dragging a slider cannot pile up work. After `stop`
/// nothing starts the run again.
///
/// `@unchecked Sendable`: every stored variable is touched only inside `monitor`; `attention` is atomic.
public final class RunControl: @unchecked Sendable {
    /// What the worker shall do now.
    public struct Turn: Sendable, Equatable {
        /// Commands for the engine, oldest first; to be applied before acting.
        public var commands: [EngineCommand]
        /// Whether to write a checkpoint before acting.
        public var wantsCheckpoint: Bool
        /// What to do then.
        public var action: Action
        /// Whether the step to do is one of a paused run.
        public var isSingleStep = false
        /// Why the run pauses or stops, when somebody said so.
        public var reason: String?
    }

    /// What to do with the next step.
    public enum Action: Sendable, Equatable {
        /// Do a step.
        case advance
        /// Do nothing; call `waitWhilePaused`.
        case pause
        /// End the run.
        case stop
    }

    private let monitor = Monitor()
    private let attention = Atomic<Bool>(false)
    private var action = Action.advance
    private var singleSteps = 0
    private var commands: [EngineCommand] = []
    private var wantsCheckpoint = false
    private var reason: String?

    /// Creates a control that lets the run go.
    ///
    /// - Parameter paused: whether the run waits before its first step.
    public init(paused: Bool = false) {
        if paused { pause() }
    }

    // MARK: Any thread

    /// Obeys a command of a user, wherever it came from.
    public func handle(_ command: RunCommand) {
        switch command {
        case .pause: pause()
        case .resume: resume()
        case .stepOnce: stepOnce()
        case .stop: stop()
        case .checkpoint: requestCheckpoint()
        case .engine(let command): send(command)
        }
    }

    /// Lets the run wait after its current step.
    public func pause(reason: String? = nil) {
        change {
            guard action != .stop else { return }
            action = .pause
            singleSteps = 0
            self.reason = reason
        }
    }

    /// Lets a paused run go on.
    public func resume() {
        change {
            guard action != .stop else { return }
            action = .advance
            singleSteps = 0
            reason = nil
        }
    }

    /// Asks for exactly one more step; asking n times gives n steps.
    ///
    /// A running run pauses first.
    public func stepOnce() {
        change {
            guard action != .stop else { return }
            action = .pause
            singleSteps += 1
            reason = nil
        }
    }

    /// Ends the run after its current step; a second call changes nothing.
    public func stop(reason: String? = nil) {
        change {
            guard action != .stop else { return }
            action = .stop
            self.reason = reason
        }
    }

    /// Asks for a checkpoint between steps.
    public func requestCheckpoint() {
        change { wantsCheckpoint = true }
    }

    /// Puts a command for the engine into the mailbox.
    public func send(_ command: EngineCommand) {
        change {
            commands.removeAll { Self.isReplaced($0, by: command) }
            commands.append(command)
        }
    }

    /// Whether a paused run has been told something since its last `takeTurn`.
    public var hasNews: Bool {
        monitor.locked { action != .pause || singleSteps > 0 || !commands.isEmpty || wantsCheckpoint }
    }

    /// What the run was last told to do, with the reason; for display.
    public var current: (action: Action, reason: String?) {
        monitor.locked { (action, reason) }
    }

    // MARK: The worker

    /// Whether `takeTurn` has something to say; one atomic load.
    public var needsAttention: Bool { attention.load(ordering: .acquiring) }

    /// Takes what was asked for since the last call and says how to go on.
    ///
    /// Never waits.
    public func takeTurn() -> Turn {
        monitor.locked {
            var turn = Turn(commands: commands, wantsCheckpoint: wantsCheckpoint, action: action, reason: reason)
            commands = []
            wantsCheckpoint = false
            if action == .pause, singleSteps > 0 {
                singleSteps -= 1
                turn.action = .advance
                turn.isSingleStep = true
            }
            attention.store(action != .advance, ordering: .releasing)
            return turn
        }
    }

    /// Waits until there is something else to do than to stay paused.
    public func waitWhilePaused() {
        monitor.locked {
            while action == .pause, singleSteps == 0, commands.isEmpty, !wantsCheckpoint { monitor.wait() }
        }
    }

    private func change(_ body: () -> Void) {
        monitor.locked {
            body()
            attention.store(true, ordering: .releasing)
            monitor.broadcast()
        }
    }

    private static func isReplaced(_ old: EngineCommand, by new: EngineCommand) -> Bool {
        switch (old, new) {
        case (.setParameter(let old, _), .setParameter(let new, _)): old == new
        case (.evaluateThresholds, .evaluateThresholds): true
        default: false
        }
    }
}
