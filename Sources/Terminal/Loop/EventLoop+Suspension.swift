// SPDX-License-Identifier: Apache-2.0
// Ctrl-Z, `bg` and `fg`: giving the terminal to the shell and taking it back only when it is ours again.

internal import Glibc

extension EventLoop {
    /// Leaves the screen, stops the process group, and goes on when the shell continues it.
    func stopAndContinue(_ application: some TerminalApplication) {
        guard standing == .shown, let screen else {
            // Already in the background or without a terminal: nothing to leave, only to stop.
            signals.stopProcessGroup()
            return
        }
        deliver(.suspending, to: application)
        screen.leave()
        standing = .background
        signals.stopProcessGroup()
        serveSignalsAfterStop(application)
        if screen.device.isInForeground { comeBack(application) }
    }

    /// Serves a continuation that was not waited for.
    ///
    /// Somebody stopped the program with SIGSTOP, or brought it back to the foreground with `fg`. In both cases the
    /// shell has used the terminal in between.
    func serveContinuation(_ application: some TerminalApplication) {
        guard standing != .none, let screen, screen.device.isInForeground else { return }
        comeBack(application)
    }

    /// Takes the terminal over again and draws in full.
    func comeBack(_ application: some TerminalApplication) {
        guard let screen else { return }
        do throws(TerminalError) {
            try screen.enter()
        } catch {
            // The terminal went away while the program was stopped: poll will say so.
            return
        }
        standing = .shown
        deliver(.resumed, to: application)
        clock.request(.now)
    }
}
