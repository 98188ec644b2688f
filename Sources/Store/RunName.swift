// SPDX-License-Identifier: Apache-2.0
// Which texts can be the name of a run: a name becomes a folder, an argument of commands and text on the screen.
import EngineKit

/// The rules for names of runs.
public enum RunName {
    /// Longest name in characters; leaves room for what file systems (255) and tables on a screen allow.
    public static let maximumLength = 64

    /// Checks that a text can name a run.
    ///
    /// Allowed are 1 to 64 ASCII letters, digits, `-`, `_` and `.`, the first a letter or a digit. So a name is never
    /// hidden, never an option, never a path, and shows on every terminal.
    ///
    /// - Throws: `StoreError` with the code `invalidName`.
    public static func validate(_ name: String) throws(StoreError) {
        guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= maximumLength,
            name.utf8.allSatisfy(isAllowed)
        else {
            throw StoreError(
                .invalidName,
                "'\(name.printable(limit: 80))' cannot name a run: use 1 to \(maximumLength) letters, digits, '-', '_' "
                    + "and '.', beginning with a letter or a digit.")
        }
    }

    /// A valid name that nothing in the folder has yet: the text itself as far as it is allowed, else with a number.
    ///
    /// Another process may take the name before it is used; `RunWriter.create` then says so.
    public static func unused(basedOn text: String, in parent: String) -> String {
        let base = valid(text)
        if !FileSystem.exists(parent + "/" + base) { return base }
        var number = 2
        while true {
            let suffix = "-\(number)"
            let candidate = base.prefix(maximumLength - suffix.utf8.count) + suffix
            if !FileSystem.exists(parent + "/" + candidate) { return String(candidate) }
            number += 1
        }
    }

    /// The text with each stretch of forbidden characters made a hyphen; `run` when nothing remains.
    private static func valid(_ text: String) -> String {
        var name: [UInt8] = []
        for byte in text.utf8 {
            if name.isEmpty, !isAlphanumeric(byte) { continue }
            if isAllowed(byte) {
                name.append(byte)
            } else if name.last != UInt8(ascii: "-") {
                name.append(UInt8(ascii: "-"))
            }
            if name.count == maximumLength { break }
        }
        while name.last == UInt8(ascii: "-") { name.removeLast() }
        return name.isEmpty ? "run" : String(decoding: name, as: UTF8.self)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
}
