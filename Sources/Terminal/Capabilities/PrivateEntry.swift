// SPDX-License-Identifier: Apache-2.0
// A terminfo entry of our own, made from the running terminal's and given more colours: ncurses shows only what an
// entry promises, and a base system has no entry with 24-bit colours. Format: term(5), the one with 32-bit numbers.

internal import CNcurses

/// A compiled terminfo entry with changed colours, in the form that the `TERMINFO` variable takes.
enum PrivateEntry {
    /// Colour strings and counts of an entry.
    struct Colors {
        var count: Int32
        var setForeground: String
        var setBackground: String
        var isDirect: Bool

        /// Numbers 0-7 are the ANSI colours, all others red × 65536 + green × 256 + blue, as ncurses assumes.
        ///
        /// With semicolons, which all terminals with 24-bit colours understand; the standard's colons some do not.
        static let direct = Colors(
            count: 1 << 24, lead: 3, rest: direct(38), backgroundRest: direct(48), isDirect: true)

        /// The 256 colours of xterm.
        static let indexed = Colors(
            count: 256, lead: 3, rest: "38;5;%p1%d", backgroundRest: "48;5;%p1%d", isDirect: false)

        private init(count: Int32, lead: Int, rest: String, backgroundRest: String, isDirect: Bool) {
            self.count = count
            self.isDirect = isDirect
            setForeground = "\u{1B}[%?%p1%{8}%<%t\(lead)%p1%d%e\(rest)%;m"
            setBackground = "\u{1B}[%?%p1%{8}%<%t\(lead + 1)%p1%d%e\(backgroundRest)%;m"
        }

        private static func direct(_ code: Int) -> String {
            "\(code);2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d"
        }
    }

    /// The entry of terminal `name` with these colours; `nil` when `name` is unknown.
    static func encoded(name: String, colors: Colors) -> String? {
        guard elbo_setup_terminfo(name, -1) == 1 else { return nil }
        defer { elbo_release_terminfo() }
        return "b64:" + base64(compiled(name: name, colors: colors))
    }

    private static func compiled(name: String, colors: Colors) -> [UInt8] {
        let booleans = names(elbo_boolean_name).map { $0 != "ccc" && elbo_terminfo_flag($0) > 0 }
        let numbers: [Int32] = names(elbo_number_name).map { capability in
            switch capability {
            case "colors": colors.count
            case "pairs": 1 << 16
            default: max(-1, elbo_terminfo_number(capability))
            }
        }
        var table: [UInt8] = []
        let offsets: [Int] = names(elbo_string_name).map { capability in
            let value: String?
            switch capability {
            case "setaf": value = colors.setForeground
            case "setab": value = colors.setBackground
            case "setf", "setb", "initc", "initp", "oc": value = nil
            default: value = elbo_terminfo_string(capability).map { String(cString: $0) }
            }
            guard let value else { return -1 }
            defer { table += Array(value.utf8) + [0] }
            return table.count
        }

        var entry: [UInt8] = []
        func appendShort(_ value: Int) {
            entry += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
        }
        func align() { if entry.count % 2 == 1 { entry.append(0) } }
        let title = Array("\(name)|with more colours".utf8) + [0]
        let magic = 0o1036
        for value in [magic, title.count, booleans.count, numbers.count, offsets.count, table.count] {
            appendShort(value)
        }
        entry += title + booleans.map { $0 ? 1 : 0 }
        align()
        for number in numbers {
            appendShort(Int(number))
            appendShort(Int(number) >> 16)
        }
        offsets.forEach(appendShort)
        entry += table
        guard colors.isDirect else { return entry }
        // One capability beyond the standard ones: the flag that makes ncurses take numbers as red, green and blue.
        align()
        let flagName = Array("RGB".utf8) + [0]
        for value in [1, 0, 0, 1, flagName.count] { appendShort(value) }
        entry.append(1)
        align()
        appendShort(0)
        return entry + flagName
    }

    private static func names(_ name: (Int32) -> UnsafePointer<CChar>?) -> [String] {
        var result: [String] = []
        while let next = name(Int32(result.count)) { result.append(String(cString: next)) }
        return result
    }
}
