// SPDX-License-Identifier: Apache-2.0
// Which character set the terminal is written in. Judged by the codeset, never by the name of the locale.

internal import Glibc

/// How the process came to its character set.
public enum CharacterSet: Hashable, Sendable {
    /// The user's locale is UTF-8.
    case unicode
    /// The user's locale names no character set at all (C, POSIX, unset or not installed), so UTF-8 is assumed.
    case assumedUnicode
    /// Only ASCII is safe: the user's locale has another character set, or no UTF-8 locale exists.
    case ascii

    /// Whether more than ASCII may be sent.
    public var isUnicode: Bool { self != .ascii }

    /// Adopts the user's locale for characters and messages; numbers always print and parse as in "C".
    ///
    /// Must run before ncurses starts and before other threads exist. A locale with another codeset (ISO 8859-1, say)
    /// is believed: UTF-8 would come out as pairs of letters. A missing one is not: over ssh the locale of the other
    /// machine is often named and not installed, and its terminal is in UTF-8.
    public static func adoptLocale() -> CharacterSet {
        defer { setlocale(LC_NUMERIC, "C") }
        if setlocale(LC_ALL, "") == nil { setlocale(LC_ALL, "C") }
        if codeset == "UTF-8" { return .unicode }
        guard codeset == "ANSI_X3.4-1968" || codeset == "US-ASCII" else { return .ascii }
        for name in ["C.UTF-8", "C.utf8", "en_US.UTF-8"] where setlocale(LC_CTYPE, name) != nil {
            if codeset == "UTF-8" { return .assumedUnicode }
        }
        setlocale(LC_CTYPE, "C")
        return .ascii
    }

    private static var codeset: String {
        guard let text = nl_langinfo(nl_item(CODESET)) else { return "" }
        return String(cString: text)
    }
}
