// SPDX-License-Identifier: Apache-2.0
// Bytes of a terminal to input events, one byte at a time, so that how they were cut into reads can never matter.
// ncurses is not asked: its decoder blocks on a lone Esc, leaks pasted text into commands and drops SGR mouse reports.

internal import Screen

/// A state machine from terminal bytes to `DecodedInput`.
///
/// It knows no clock: while `deadline` is not `nil` the caller has to call `giveUp()` when that much time has passed
/// without a further byte. Unknown sequences are swallowed whole, so that no part of one ever acts as a key.
public struct InputDecoder: Sendable {
    /// How long to wait for the rest of a sequence after the bytes read so far.
    public struct Patience: Sendable {
        /// After an Esc, which may be the key itself.
        public var escape: Duration
        /// Within a sequence that cannot be a key any more.
        public var sequence: Duration
        /// Within pasted text whose end mark does not come.
        public var paste: Duration

        /// Creates time limits; terminals send a whole sequence at once, so that 25 ms are long for an Esc.
        public init(
            escape: Duration = .milliseconds(25), sequence: Duration = .milliseconds(250),
            paste: Duration = .seconds(2)
        ) {
            self.escape = escape
            self.sequence = sequence
            self.paste = paste
        }
    }

    /// Longest pasted text in bytes; what comes after it is dropped.
    public static let pasteLimit = 1 << 20
    /// Longest control sequence or string that is looked at; longer ones are swallowed.
    static let sequenceLimit = 256

    private enum State: Sendable {
        case ground
        case character(missing: Int)
        case escape
        case control
        case singleShift
        case linuxFunction
        case oldMouse
        case string(introducer: UInt8)
        case stringEscape(introducer: UInt8)
        case paste
    }

    private let patience: Patience
    private var state = State.ground
    private var bytes: [UInt8] = []
    private var isAlternate = false
    private var events: [DecodedInput] = []

    /// Creates a decoder that has read nothing.
    public init(patience: Patience = Patience()) {
        self.patience = patience
    }

    /// How long the caller may wait for the next byte before it calls `giveUp()`; `nil` when nothing is pending.
    public var deadline: Duration? {
        switch state {
        case .ground: nil
        case .escape: patience.escape
        case .paste: patience.paste
        default: patience.sequence
        }
    }

    /// Takes in bytes and returns the events that they complete.
    public mutating func decode(_ input: some Sequence<UInt8>) -> [DecodedInput] {
        for byte in input { take(byte) }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// Decides what is pending as it stands: a lone Esc becomes the key, half a sequence is dropped.
    public mutating func giveUp() -> [DecodedInput] {
        switch state {
        case .escape: emit(.key(.escape))
        case .control where bytes.isEmpty: emit(.key("[", .alternate))
        case .singleShift where bytes.isEmpty: emit(.key("O", .alternate))
        case .paste: finishPaste()
        default: break
        }
        reset()
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    private mutating func reset() {
        state = .ground
        isAlternate = false
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func emit(_ input: DecodedInput) { events.append(input) }

    private mutating func take(_ byte: UInt8) {
        switch state {
        case .ground: takeGround(byte)
        case .character(let missing): takeContinuation(byte, missing: missing)
        case .escape: takeEscape(byte)
        case .control: takeControl(byte)
        case .singleShift: takeSingleShift(byte)
        case .linuxFunction: takeLinuxFunction(byte)
        case .oldMouse: takeOldMouse(byte)
        case .string(let introducer): takeString(byte, introducer: introducer)
        case .stringEscape(let introducer): takeStringEnd(byte, introducer: introducer)
        case .paste: takePaste(byte)
        }
    }

    private mutating func takeGround(_ byte: UInt8) {
        let alternate: KeyPress.Modifiers = isAlternate ? .alternate : []
        switch byte {
        case 0x1B:
            state = .escape
        case 0x00...0x1F, 0x7F:
            let press = KeyNames.controlByte(byte)
            reset()
            emit(.key(press.key, press.modifiers.union(alternate)))
        case 0x20...0x7E:
            reset()
            emit(.key(Character(Unicode.Scalar(byte)), alternate))
        case 0xC2...0xF4:
            bytes = [byte]
            state = .character(missing: byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3)
        default:
            reset()  // a byte that cannot begin a character
        }
    }

    private mutating func takeContinuation(_ byte: UInt8, missing: Int) {
        guard byte & 0xC0 == 0x80 else {
            reset()
            return take(byte)
        }
        bytes.append(byte)
        guard missing == 1 else {
            state = .character(missing: missing - 1)
            return
        }
        let (text, alternate) = (String(validating: bytes, as: UTF8.self), isAlternate)
        reset()
        // C1 controls arrive as two bytes in UTF-8 and are no characters that anybody typed.
        guard let scalar = text?.unicodeScalars.first, scalar.value >= 0xA0 else { return }
        emit(.key(Character(scalar), alternate ? .alternate : []))
    }

    private mutating func takeEscape(_ byte: UInt8) {
        switch byte {
        case 0x1B:
            emit(.key(.escape))  // the first of two; the second may still begin a sequence
        case UInt8(ascii: "["):
            state = .control
        case UInt8(ascii: "O"):
            state = .singleShift
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            state = .string(introducer: byte)
        default:
            isAlternate = true
            state = .ground
            takeGround(byte)
        }
    }

    private mutating func takeControl(_ byte: UInt8) {
        switch byte {
        case 0x20...0x3F:
            if bytes.count < Self.sequenceLimit { bytes.append(byte) }
        case UInt8(ascii: "[") where bytes.isEmpty:
            state = .linuxFunction
        case UInt8(ascii: "M") where bytes.isEmpty:
            state = .oldMouse
        case 0x40...0x7E:
            let sequence = ControlSequence(parameterBytes: bytes, final: byte)
            reset()
            if sequence.isPasteStart {
                state = .paste
            } else if let meaning = sequence.meaning {
                emit(meaning)
            }
        default:
            reset()
            take(byte)
        }
    }

    private mutating func takeSingleShift(_ byte: UInt8) {
        switch byte {
        case 0x30...0x39, 0x3B:
            if bytes.count < Self.sequenceLimit { bytes.append(byte) }
        case 0x40...0x7E:
            let meaning = ControlSequence(parameterBytes: bytes, final: byte).singleShiftMeaning
            reset()
            if let meaning { emit(meaning) }
        default:
            reset()
            take(byte)
        }
    }

    /// The Linux console sends `ESC [ [ A` to `ESC [ [ E` for F1 to F5.
    private mutating func takeLinuxFunction(_ byte: UInt8) {
        reset()
        guard (0x41...0x45).contains(byte) else { return }
        emit(.key(.function(Int(byte) - 0x40)))
    }

    private mutating func takeOldMouse(_ byte: UInt8) {
        bytes.append(byte)
        guard bytes.count == 3 else { return }
        let parts = bytes.map { Int($0) - 32 }
        reset()
        guard parts.allSatisfy({ $0 >= 0 }) else { return }
        let isRelease = parts[0] & 0b1100_0011 == 3
        let event = MouseEvent(report: parts[0], column: parts[1], row: parts[2], isRelease: isRelease)
        if let event { emit(.event(.mouse(event))) }
    }
}

extension InputDecoder {
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private mutating func takePaste(_ byte: UInt8) {
        // Above the limit the oldest tail is overwritten, but the end mark must still be recognised.
        if bytes.count == Self.pasteLimit + Self.pasteEnd.count {
            bytes.remove(at: Self.pasteLimit)
        }
        bytes.append(byte)
        guard byte == UInt8(ascii: "~"), bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) else { return }
        bytes.removeLast(Self.pasteEnd.count)
        finishPaste()
        reset()
    }

    private mutating func finishPaste() {
        var text = String(decoding: bytes.prefix(Self.pasteLimit), as: UTF8.self)
        // Terminals send what Enter would send: a carriage return for each line end.
        if text.utf8.contains(0x0D) {
            text = String(
                decoding: text.replacingCarriageReturns(), as: UTF8.self)
        }
        emit(.event(.paste(text)))
    }

    private mutating func takeString(_ byte: UInt8, introducer: UInt8) {
        switch byte {
        case 0x1B: state = .stringEscape(introducer: introducer)
        case 0x07: finishString(introducer: introducer)
        case 0x18, 0x1A: reset()
        default: if bytes.count < Self.sequenceLimit { bytes.append(byte) }
        }
    }

    private mutating func takeStringEnd(_ byte: UInt8, introducer: UInt8) {
        if byte == UInt8(ascii: "\\") { return finishString(introducer: introducer) }
        // The Esc did not end the string but began something new.
        reset()
        state = .escape
        take(byte)
    }

    private mutating func finishString(introducer: UInt8) {
        let text = String(decoding: bytes, as: UTF8.self)
        reset()
        guard introducer == UInt8(ascii: "]"), let reply = TerminalReply(operatingSystemCommand: text) else { return }
        emit(.reply(reply))
    }
}

extension String {
    /// The UTF-8 with CR LF and CR alone turned into LF.
    fileprivate func replacingCarriageReturns() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(utf8.count)
        var previous: UInt8 = 0
        for byte in utf8 {
            if byte == 0x0D {
                result.append(0x0A)
            } else if !(byte == 0x0A && previous == 0x0D) {
                result.append(byte)
            }
            previous = byte
        }
        return result
    }
}
