// SPDX-License-Identifier: Apache-2.0
// Tells the crash handlers of CPlatform what has to be undone. The handlers themselves are C: a trap skips every
// deinit, and in a signal handler Swift code must not run.

internal import CPlatform
internal import Glibc

/// The terminal's life insurance; one per process, used by the thread that owns the terminal.
enum CrashGuard {
    /// From here on a crash or an `exit` gives everything back: `restoreText` and `modes` to the terminal, descriptors
    /// 1 and 2 to what they were, and to the user what was captured and not read.
    ///
    /// Text beyond the 256 bytes of the plan is cut; `TerminalModes` stays below.
    static func arm(
        terminal: Int32, modes: termios, restoreText: [UInt8], output: CapturedOutput
    ) throws(TerminalError) {
        try checked("installing crash handlers", elbo_install_crash_guard())
        var plan = elbo_restore_plan()
        plan.terminal = terminal
        plan.standard_output = output.standardOutput
        plan.standard_error = output.standardError
        plan.captured = output.readEnd
        plan.modes = modes
        plan.count = withUnsafeMutableBytes(of: &plan.text) { text in
            let fitting = restoreText.prefix(text.count)
            text.copyBytes(from: fitting)
            return fitting.count
        }
        elbo_arm_crash_guard(&plan)
    }

    /// From here on the terminal is left alone.
    static func disarm() { elbo_disarm_crash_guard() }
}
