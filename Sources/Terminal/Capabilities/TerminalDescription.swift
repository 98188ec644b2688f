// SPDX-License-Identifier: Apache-2.0
// What terminfo says about the terminal, read once before ncurses starts. Facts only; decisions are elsewhere.

internal import CNcurses
internal import Glibc

/// The part of a terminfo entry that is needed outside of ncurses.
struct TerminalDescription: Equatable {
    /// The name that was looked up.
    var name: String
    /// Number of colours, 0 for none.
    var colors: Int
    /// Whether colour numbers are red, green and blue values (the `RGB` flag).
    var hasDirectColors: Bool
    /// Enter and leave the alternate screen; `nil` on terminals that have only one.
    var enterAlternateScreen: String?
    var leaveAlternateScreen: String?
    /// Cursor visibility.
    var hideCursor: String?
    var showCursor: String?
    /// Attributes and colours off.
    var resetAttributes: String?
    var resetColors: String?
    /// Autowrap on and insert mode off, which ncurses switches for a moment within a frame.
    var enableAutowrap: String?
    var leaveInsertMode: String?
    /// Clears the screen.
    var clear: String
    /// Whether the entry itself has a size; the Linux console's has none.
    var hasSize: Bool
    /// Size where the device does not know it.
    var defaultSize: ScreenSize

    /// Reads the entry of `name`.
    ///
    /// - Throws: `unnamed`, `unknown`, or `incapable` when a screen cannot be drawn at all.
    init(name: String?) throws(TerminalError) {
        guard let name, !name.isEmpty else { throw .unnamed }
        // Else the size in the entry is replaced by that of the environment.
        use_env(false)
        guard elbo_setup_terminfo(name, -1) == 1 else { throw .unknown(name: name) }
        defer { elbo_release_terminfo() }
        func text(_ capability: String) -> String? {
            elbo_terminfo_string(capability).map { Self.withoutPadding(String(cString: $0)) }
        }
        self.name = name
        colors = max(0, Int(elbo_terminfo_number("colors")))
        hasDirectColors =
            elbo_terminfo_flag("RGB") > 0 || elbo_terminfo_number("RGB") > 0 || elbo_terminfo_string("RGB") != nil
        enterAlternateScreen = text("smcup")
        leaveAlternateScreen = text("rmcup")
        hideCursor = text("civis")
        showCursor = text("cnorm")
        resetAttributes = text("sgr0")
        resetColors = text("op")
        enableAutowrap = text("smam")
        leaveInsertMode = text("rmir")
        let size = (elbo_terminfo_number("cols"), elbo_terminfo_number("lines"))
        hasSize = size.0 > 0 && size.1 > 0
        defaultSize = ScreenSize(columns: size.0 > 0 ? Int(size.0) : 80, rows: size.1 > 0 ? Int(size.1) : 24)
        guard text("cup") != nil, elbo_terminfo_flag("hc") <= 0 else {
            throw .incapable(name: name, missing: "move its cursor")
        }
        guard let clear = text("clear") else { throw .incapable(name: name, missing: "clear its screen") }
        self.clear = clear
    }

    /// A string without the delays (`$<50/>`) that terminals of the seventies needed.
    static func withoutPadding(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "$") {
            let after = rest.index(after: start)
            if after < rest.endIndex, rest[after] == "<", let end = rest[after...].firstIndex(of: ">") {
                result += rest[..<start]
                rest = rest[rest.index(after: end)...]
            } else {
                result += rest[..<after]
                rest = rest[after...]
            }
        }
        return result + rest
    }
}
