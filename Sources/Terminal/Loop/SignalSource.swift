// SPDX-License-Identifier: Apache-2.0
// Signals as values that are read, instead of code that interrupts.

internal import CPlatform
internal import Glibc

/// A request from outside that the application decides about.
public enum TerminalSignal: Hashable, Sendable {
    /// SIGINT from another process; Ctrl-C in the terminal arrives as a key.
    case interrupt
    /// SIGTERM: save and end.
    case terminate
    /// SIGHUP: the terminal went away.
    case hangUp
    /// SIGUSR1, free for the application.
    case user

    /// Exit code of a program that ends because of it: 128 and the signal's number.
    public var exitCode: Int32 {
        switch self {
        case .interrupt: 128 + SIGINT
        case .terminate: 128 + SIGTERM
        case .hangUp: 128 + SIGHUP
        case .user: 128 + SIGUSR1
        }
    }
}

/// Blocks the signals that a program with a screen handles and delivers them through a descriptor.
///
/// It is made in the main thread before any other thread exists, because threads inherit what is blocked: a signal
/// that some thread did not block would end the process there. One per process.
public final class SignalSource {
    /// What arrived, the terminal's own signals included.
    enum Arrival: Equatable {
        case request(TerminalSignal)
        case sizeChanged
        case stop
        case resume
    }

    let descriptor: Int32

    /// Blocks the signals for this thread and all that it starts.
    ///
    /// SIGPIPE is ignored: writing reports it as an error.
    public init() throws(TerminalError) {
        signal(SIGPIPE, SIG_IGN)
        let numbers = [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGWINCH, SIGTSTP, SIGCONT]
        descriptor = try checked("waiting for signals", elbo_open_signals(numbers, numbers.count))
    }

    deinit { close(descriptor) }

    /// The next request of those that arrived, for programs without a screen; `nil` when there is none.
    public func nextRequest() -> TerminalSignal? {
        while let arrival = next() {
            if case .request(let signal) = arrival { return signal }
        }
        return nil
    }

    /// The next signal that arrived; `nil` when there is none.
    func next() -> Arrival? {
        switch elbo_take_signal(descriptor) {
        case SIGINT: .request(.interrupt)
        case SIGTERM: .request(.terminate)
        case SIGHUP: .request(.hangUp)
        case SIGUSR1: .request(.user)
        case SIGWINCH: .sizeChanged
        case SIGTSTP: .stop
        case SIGCONT: .resume
        default: nil
        }
    }

    /// Stops the process group, as Ctrl-Z does in a terminal that is not raw; returns when it was continued.
    ///
    /// The whole group, since a parent such as `make` would otherwise keep the shell waiting. An orphaned group cannot
    /// be stopped; then this returns at once.
    func stopProcessGroup() {
        signal(SIGTSTP, SIG_DFL)
        _ = elbo_block_signal(SIGTSTP, 0)
        kill(0, SIGTSTP)
        _ = elbo_block_signal(SIGTSTP, 1)
    }
}
