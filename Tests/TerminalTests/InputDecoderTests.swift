// SPDX-License-Identifier: Apache-2.0
// The decoder on bytes that terminals really send, cut at every position.

import Screen
import Testing

@testable import Terminal

/// Bytes and the events that they must become, whatever the cuts.
struct DecoderCase: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var events: [DecodedInput]

    init(_ text: String, _ events: DecodedInput...) {
        bytes = Array(text.utf8)
        self.events = events
    }

    init(_ text: String, _ key: Key, _ modifiers: KeyPress.Modifiers = []) {
        self.init(text, .key(key, modifiers))
    }

    init(bytes: [UInt8], _ events: DecodedInput...) {
        self.bytes = bytes
        self.events = events
    }

    var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }
}

let decoderCases: [DecoderCase] = [
    DecoderCase("a", .character("a")),
    DecoderCase("Z", .character("Z")),
    DecoderCase("é", .character("é")),
    DecoderCase("€", .character("€")),
    DecoderCase("𝛽", .character("𝛽")),
    DecoderCase("\u{03}", .character("c"), .control),
    DecoderCase("\u{1A}", .character("z"), .control),
    DecoderCase("\u{1C}", .character("\\"), .control),
    DecoderCase("\0", .character(" "), .control),
    DecoderCase("\r", .enter),
    DecoderCase("\t", .tab),
    DecoderCase("\u{7F}", .backspace),
    DecoderCase("\u{08}", .backspace),
    DecoderCase("\u{1B}x", .character("x"), .alternate),
    DecoderCase("\u{1B}é", .character("é"), .alternate),
    DecoderCase("\u{1B}\r", .enter, .alternate),
    DecoderCase("\u{1B}[A", .up),
    DecoderCase("\u{1B}OA", .up),
    DecoderCase("\u{1B}[1;5C", .right, .control),
    DecoderCase("\u{1B}[1;2D", .left, .shift),
    DecoderCase("\u{1B}[1;8B", .down, [.shift, .alternate, .control]),
    DecoderCase("\u{1B}[H", .home),
    DecoderCase("\u{1B}[4~", .end),
    DecoderCase("\u{1B}[8~", .end),
    DecoderCase("\u{1B}[3~", .delete),
    DecoderCase("\u{1B}[5;5~", .pageUp, .control),
    DecoderCase("\u{1B}[6~", .pageDown),
    DecoderCase("\u{1B}[2~", .insert),
    DecoderCase("\u{1B}[Z", .tab, .shift),
    DecoderCase("\u{1B}[a", .up, .shift),
    DecoderCase("\u{1B}OP", .function(1)),
    DecoderCase("\u{1B}[1;2R", .function(3), .shift),
    DecoderCase("\u{1B}[15~", .function(5)),
    DecoderCase("\u{1B}[24;3~", .function(12), .alternate),
    DecoderCase("\u{1B}[[C", .function(3)),
    DecoderCase("\u{1B}OM", .enter),
    DecoderCase("\u{1B}Oj", .character("*")),
    DecoderCase("\u{1B}[97;5u", .character("a"), .control),
    DecoderCase("\u{1B}[13;2u", .enter, .shift),
    DecoderCase("\u{1B}[97;2u", .character("A")),
    DecoderCase("\u{1B}[27;5;105~", .character("i"), .control),
    DecoderCase("\u{1B}[I", .event(.focus(true))),
    DecoderCase("\u{1B}[O", .event(.focus(false))),
    DecoderCase("\u{1B}[<0;10;5M", .event(.mouse(MouseEvent(.press(1), row: 4, column: 9)))),
    DecoderCase("\u{1B}[<0;10;5m", .event(.mouse(MouseEvent(.release(1), row: 4, column: 9)))),
    DecoderCase("\u{1B}[<34;1;1M", .event(.mouse(MouseEvent(.drag(3), row: 0, column: 0)))),
    DecoderCase("\u{1B}[<35;300;90Mj", .key("j")),
    DecoderCase("\u{1B}[<64;7;8M", .event(.mouse(MouseEvent(.wheelUp, row: 7, column: 6)))),
    DecoderCase("\u{1B}[<81;7;8M", .event(.mouse(MouseEvent(.wheelDown, row: 7, column: 6)))),
    DecoderCase("\u{1B}[<66;7;8Mj", .key("j")),
    DecoderCase(bytes: [0x1B, 0x5B, 0x4D, 32, 33, 34], .event(.mouse(MouseEvent(.press(1), row: 1, column: 0)))),
    DecoderCase(bytes: [0x1B, 0x5B, 0x4D, 35, 255, 34], .event(.mouse(MouseEvent(.release(1), row: 1, column: 222)))),
    DecoderCase("\u{1B}[?62;22c", .reply(.deviceAttributes)),
    DecoderCase("\u{1B}[0n", .reply(.ready)),
    DecoderCase("\u{1B}[?2026;2$y", .reply(.mode(2026, state: 2))),
    DecoderCase(
        "\u{1B}]11;rgb:ffff/0000/8080\u{1B}\\", .reply(.background(red: 1, green: 0, blue: Double(0x8080) / 65535))),
    DecoderCase("\u{1B}]11;rgb:f/0/0\u{07}", .reply(.background(red: 1, green: 0, blue: 0))),
    DecoderCase("\u{1B}[200~quit:q\u{1B}[A\r\nx\ry\u{1B}[201~", .event(.paste("quit:q\u{1B}[A\nx\ny"))),
    DecoderCase("\u{1B}[200~\u{1B}[201~", .event(.paste(""))),
    DecoderCase("\u{1B}\u{1B}[A", .key(.escape), .key(.up)),
    DecoderCase("\u{1B}Pq#garbage\u{1B}\\k", .character("k")),
    DecoderCase("\u{1B}_Gi=1;OK\u{1B}\\j", .character("j")),
    DecoderCase("\u{1B}[>1;4205;0cj", .character("j")),
    DecoderCase("\u{1B}[999~j", .character("j")),
    DecoderCase("\u{1B}[<0;0;0Mj", .character("j")),
    DecoderCase(bytes: [0xFF, 0x6A], .key("j")),
    DecoderCase(bytes: [0xC3, 0x6A], .key("j")),
    DecoderCase(bytes: [0xED, 0xA0, 0x80, 0x6A], .key("j")),
    DecoderCase(bytes: [0xC2, 0x9B, 0x41], .key("A")),
    DecoderCase("\u{1B}[1\u{1B}[B", .down),
    DecoderCase("\u{1B}[12\u{03}", .character("c"), .control),
    DecoderCase("hl\u{1B}[C", .key("h"), .key("l"), .key(.right)),
]

@Suite struct InputDecoderTests {
    @Test(arguments: decoderCases)
    func everyCutOfASequenceGivesTheSameEvents(_ example: DecoderCase) {
        for cut in 0...example.bytes.count {
            var decoder = InputDecoder()
            let events = decoder.decode(example.bytes[..<cut]) + decoder.decode(example.bytes[cut...])
            #expect(events == example.events, "cut after \(cut) bytes")
            #expect(decoder.deadline == nil, "nothing is left pending")
        }
        var decoder = InputDecoder()
        #expect(example.bytes.flatMap { decoder.decode([$0]) } == example.events, "byte by byte")
    }

    @Test func allSequencesInOneStreamComeOutInOrder() {
        var decoder = InputDecoder()
        #expect(decoder.decode(decoderCases.flatMap(\.bytes)) == decoderCases.flatMap(\.events))
    }

    @Test func loneEscapeIsDecidedByTheDeadline() {
        var decoder = InputDecoder(patience: .init(escape: .milliseconds(7)))
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.deadline == .milliseconds(7))
        #expect(decoder.giveUp() == [.key(.escape)])
        #expect(decoder.deadline == nil)
        #expect(decoder.decode(Array("[A".utf8)) == [.key("["), .key("A")])
    }

    @Test func startOfASequenceLeftAloneIsTheKeyWithAlt() {
        for (text, key) in [("\u{1B}[", Character("[")), ("\u{1B}O", "O")] {
            var decoder = InputDecoder()
            #expect(decoder.decode(Array(text.utf8)).isEmpty)
            #expect(decoder.giveUp() == [.key(key, .alternate)])
        }
    }

    @Test func halfASequenceIsDroppedAtTheDeadline() {
        for text in ["\u{1B}[1;5", "\u{1B}]11;rgb:ff", "\u{1B}Pabc", "\u{1B}[<0;1"] {
            var decoder = InputDecoder()
            #expect(decoder.decode(Array(text.utf8)).isEmpty)
            #expect(decoder.giveUp().isEmpty)
            #expect(decoder.decode([0x71]) == [.key("q")], "keys work again after \(text.debugDescription)")
        }
    }

    @Test func pasteWithoutItsEndIsDeliveredAtTheDeadline() {
        var decoder = InputDecoder()
        #expect(decoder.decode(Array("\u{1B}[200~half".utf8)).isEmpty)
        #expect(decoder.deadline == .seconds(2))
        #expect(decoder.giveUp() == [.event(.paste("half"))])
    }

    @Test func pasteBeyondTheLimitIsCutAndItsEndStillSeen() {
        var decoder = InputDecoder()
        let flood = [UInt8](repeating: 0x61, count: InputDecoder.pasteLimit + 100_000)
        var events = decoder.decode(Array("\u{1B}[200~".utf8)) + decoder.decode(flood)
        #expect(events.isEmpty)
        events = decoder.decode(Array("\u{1B}[201~q".utf8))
        #expect(events.count == 2)
        let expected = String(repeating: "a", count: InputDecoder.pasteLimit)
        #expect(events.first == .event(.paste(expected)), "a paste of exactly the limit")
        #expect(events.last == .key("q"))
    }

    @Test func randomBytesNeverStopTheDecoder() {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var decoder = InputDecoder()
        for _ in 0..<200_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Every other byte from the alphabet of sequences, so that deep states are reached.
            let alphabet = Array("\u{1B}[]O<?;0129~MmP\\$".utf8)
            let byte = UInt8(truncatingIfNeeded: state >> 33)
            let isStructure = state >> 60 & 1 == 0
            _ = decoder.decode([isStructure ? alphabet[Int(byte) % alphabet.count] : byte])
        }
        _ = decoder.giveUp()
        _ = decoder.giveUp()
        #expect(decoder.deadline == nil)
        #expect(decoder.decode(Array("\u{1B}[A".utf8)) == [.key(.up)])
    }
}
