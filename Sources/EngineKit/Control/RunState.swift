// SPDX-License-Identifier: Apache-2.0
// The states of a run and what may be asked of it, in words that every part shares.

/// What a run is doing, as stored, listed and shown.
public enum RunState: String, Sendable, Equatable, Codable, CaseIterable {
    /// Data and networks are being built.
    case starting
    /// Steps are being done.
    case running
    /// Waits for its user, or for a look at a numerical event.
    case paused
    /// The work is complete.
    case finished
    /// Ended early on request, after a checkpoint; can be resumed.
    case stopped
    /// Ended by an error; can be resumed from the last good checkpoint.
    case failed
    /// Its process is gone without a word; can be resumed.
    case interrupted

    /// Whether a process works on the run.
    public var isActive: Bool {
        switch self {
        case .starting, .running, .paused: true
        case .finished, .stopped, .failed, .interrupted: false
        }
    }
}

/// What may be asked of a run, from the same process or another one.
public enum RunCommand: Sendable, Equatable, Codable {
    /// Waits after the current step.
    case pause
    /// Goes on.
    case resume
    /// Does one step and waits; while running it pauses first.
    case stepOnce
    /// Saves and ends.
    case stop
    /// Saves and goes on.
    case checkpoint
    /// Something for the engine.
    case engine(EngineCommand)
}
