// SPDX-License-Identifier: Apache-2.0
// Why there can be no screen: facts, and what a user can do about them.

/// Why the terminal cannot be used for the screen.
public enum TerminalError: Error, Hashable, CustomStringConvertible {
    /// Standard output is not a terminal.
    case notATerminal
    /// The `TERM` variable is missing or empty.
    case unnamed
    /// terminfo has no entry of this name.
    case unknown(name: String)
    /// The terminal cannot do something that a screen needs, such as addressing the cursor.
    case incapable(name: String, missing: String)
    /// A system call failed.
    case system(call: String, code: Int32)

    /// What failed and what to do instead.
    public var description: String {
        switch self {
        case .notATerminal:
            "standard output is not a terminal; use --headless"
        case .unnamed:
            "the terminal type is not set; set TERM (most terminals understand TERM=xterm-256color) or use --headless"
        case .unknown(let name):
            "terminal type '\(printable(name))' is unknown here; try TERM=xterm-256color or use --headless"
        case .incapable(let name, let missing):
            "a terminal of type '\(printable(name))' cannot \(missing); try TERM=xterm-256color or use --headless"
        case .system(let call, let code):
            "\(call) failed: \(errorText(code)); use --headless"
        }
    }

    private func printable(_ name: String) -> String {
        String(
            String.UnicodeScalarView(name.unicodeScalars.prefix(40).map { (0x20...0x7E).contains($0.value) ? $0 : "?" })
        )
    }
}
