// SPDX-License-Identifier: Apache-2.0
// What a complete control sequence (ESC [ … or ESC O …) means as input.

internal import Screen

/// A control sequence taken apart: `CSI` parameters intermediates final.
struct ControlSequence {
    /// `<`, `=`, `>` or `?` in front of the parameters, which marks a private sequence.
    let marker: UInt8?
    /// The parameters; an empty one is `nil`, and sub-parameters after a colon are left out.
    let parameters: [Int?]
    /// Bytes between parameters and final byte.
    let intermediates: [UInt8]
    /// The byte that names the sequence.
    let final: UInt8

    /// Takes apart the bytes between the introducer and `final`; numbers stop growing at 1 000 000.
    init(parameterBytes: [UInt8], final: UInt8) {
        var rest = parameterBytes[...]
        if let first = rest.first, (0x3C...0x3F).contains(first) {
            marker = rest.removeFirst()
        } else {
            marker = nil
        }
        intermediates = rest.filter { (0x20...0x2F).contains($0) }
        parameters =
            rest.isEmpty
            ? []
            : rest.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
                let digits = field.prefix { (0x30...0x39).contains($0) }
                return digits.isEmpty ? nil : digits.reduce(0) { min(1_000_000, $0 * 10 + Int($1) - 0x30) }
            }
        self.final = final
    }

    /// Whether pasted text follows.
    var isPasteStart: Bool { marker == nil && final == UInt8(ascii: "~") && parameter(0) == 200 }

    private func parameter(_ index: Int, default missing: Int = 0) -> Int {
        parameters.indices.contains(index) ? parameters[index] ?? missing : missing
    }

    /// Modifiers as terminals encode them: one more than the bits shift 1, alt 2, control 4; more bits are ignored.
    private func modifiers(at index: Int) -> KeyPress.Modifiers {
        KeyPress.Modifiers(rawValue: UInt8(truncatingIfNeeded: max(0, parameter(index, default: 1) - 1)) & 7)
    }

    /// What the sequence means after `ESC [`; `nil` for what nobody needs.
    var meaning: DecodedInput? {
        switch marker {
        case nil: intermediates.isEmpty ? plainMeaning : nil
        case UInt8(ascii: "<"): mouseEvent.map { .event(.mouse($0)) }
        case UInt8(ascii: "?"): reply.map { .reply($0) }
        default: nil
        }
    }

    /// What the sequence means after `ESC O`: keys of the application mode, F1 to F4, the keypad.
    var singleShiftMeaning: DecodedInput? {
        // Some terminals put the modifier as the only parameter here, others as the second.
        let modifiers = modifiers(at: max(0, parameters.count - 1))
        if let key = KeyNames.letterKeys[final] { return .key(key, modifiers) }
        if final == UInt8(ascii: "M") { return .key(.enter, modifiers) }
        if (0x6A...0x79).contains(final) {
            return .key(Character(Unicode.Scalar(final - 0x40)), modifiers)
        }
        return nil
    }

    private var plainMeaning: DecodedInput? {
        switch final {
        case UInt8(ascii: "I"): return .event(.focus(true))
        case UInt8(ascii: "O"): return .event(.focus(false))
        case UInt8(ascii: "Z"): return .key(.tab, modifiers(at: 1).union(.shift))
        case UInt8(ascii: "n"): return parameter(0) == 0 ? .reply(.ready) : nil
        case UInt8(ascii: "u"): return codePointKey(parameter(0), modifiers(at: 1))
        case UInt8(ascii: "~"):
            if parameter(0) == 27 { return codePointKey(parameter(2), modifiers(at: 1)) }
            return KeyNames.numberedKeys[parameter(0)].map { .key($0, modifiers(at: 1)) }
        // rxvt: ^ for control, $ for shift, @ for both.
        case UInt8(ascii: "^"): return KeyNames.numberedKeys[parameter(0)].map { .key($0, .control) }
        case UInt8(ascii: "@"):
            return KeyNames.numberedKeys[parameter(0)].map { .key($0, [.control, .shift]) }
        default:
            if let key = KeyNames.letterKeys[final] { return .key(key, modifiers(at: 1)) }
            return KeyNames.shiftedLetterKeys[final].map { .key($0, .shift) }
        }
    }

    /// Keys that terminals report by code point (`CSI u` and xterm's modifyOtherKeys).
    private func codePointKey(_ code: Int, _ modifiers: KeyPress.Modifiers) -> DecodedInput? {
        if code < 0x20 || code == 0x7F {
            let press = KeyNames.controlByte(UInt8(truncatingIfNeeded: code))
            return .key(press.key, press.modifiers.union(modifiers))
        }
        // The private range holds names of keys (caps lock, media keys) that nothing here is bound to.
        guard !(0xE000...0xF8FF).contains(code), code >= 0xA0 || code < 0x7F,
            let scalar = Unicode.Scalar(UInt32(code))
        else { return nil }
        let character = Character(scalar)
        // Shift shows in the character itself wherever there is an upper case.
        let upper = modifiers.contains(.shift) ? String(character).uppercased() : ""
        if upper.count == 1, let shifted = upper.first, shifted != character {
            return .key(shifted, modifiers.subtracting(.shift))
        }
        return .key(character, modifiers)
    }

    private var mouseEvent: MouseEvent? {
        guard parameters.count == 3, final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else { return nil }
        return MouseEvent(
            report: parameter(0), column: parameter(1), row: parameter(2), isRelease: final == UInt8(ascii: "m"))
    }

    private var reply: TerminalReply? {
        if final == UInt8(ascii: "c") { return .deviceAttributes }
        if final == UInt8(ascii: "y"), intermediates == [UInt8(ascii: "$")], parameters.count == 2 {
            return .mode(parameter(0), state: parameter(1))
        }
        return nil
    }
}

extension MouseEvent {
    /// Takes apart the button number of a report; positions count from 1 there.
    ///
    /// Bits 0, 1: button, where 3 is none; 5: motion; 6: wheel; 2 to 4 are modifier keys. Dropped are reports outside
    /// of the screen (0 or less), movements without a button, the sideways wheel and buttons above it.
    init?(report: Int, column: Int, row: Int, isRelease: Bool) {
        guard column >= 1, row >= 1, report & 0b1000_0000 == 0 else { return nil }
        let button = (report & 3) + 1
        let kind: Kind
        if report & 64 != 0 {
            // The wheel has no release; one that is reported all the same would scroll twice.
            guard !isRelease, button <= 2 else { return nil }
            kind = button == 1 ? .wheelUp : .wheelDown
        } else if isRelease {
            // The old protocol does not say which button; the main one is the likely one.
            kind = .release(button == 4 ? 1 : button)
        } else {
            guard button < 4 else { return nil }
            kind = report & 32 != 0 ? .drag(button) : .press(button)
        }
        self.init(kind, row: row - 1, column: column - 1)
    }
}

extension TerminalReply {
    /// The answer to OSC 11: `11;rgb:RRRR/GGGG/BBBB` with one to four hexadecimal digits per part.
    init?(operatingSystemCommand text: String) {
        guard text.hasPrefix("11;rgb:") || text.hasPrefix("11;rgba:") else { return nil }
        let parts = text.drop { $0 != ":" }.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let values: [Double] = parts.compactMap { part in
            guard (1...4).contains(part.count), let value = UInt16(part, radix: 16) else { return nil }
            return Double(value) / Double((1 << (4 * part.count)) - 1)
        }
        guard values.count == parts.count, values.count >= 3 else { return nil }
        self = .background(red: values[0], green: values[1], blue: values[2])
    }
}
