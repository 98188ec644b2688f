// SPDX-License-Identifier: Apache-2.0
// Nothing raw reaches a terminal, and widths are those that terminals use.

import Screen
import Testing

@Suite struct SafeTextTests {
    @Test(arguments: [
        ("plain text", "plain text"), ("\u{1B}[31mred", "^[[31mred"), ("a\tb\nc\rd", "a^Ib^Jc^Md"), ("\u{7F}", "^?"),
        ("\u{0}\u{7}", "^@^G"), ("\u{9B}2J", "\\x9B2J"), ("\u{85}", "\\x85"), ("ab\u{202E}cd", "ab<U+202E>cd"),
        ("\u{200B}x\u{FEFF}", "<U+200B>x<U+FEFF>"), ("\u{2028}", "<U+2028>"), ("\u{E000}", "<U+E000>"),
        ("a\u{AD}b", "a<U+00AD>b"), ("\u{1F1E9}\u{1F1EA}", "<U+1F1E9><U+1F1EA>"), ("\u{A0}x\u{3000}", " x "),
        ("❤\u{FE0F}", "❤"), ("👩\u{200D}🔬", "👩🔬"), ("\u{378}", "�"), ("é漢⣿█─", "é漢⣿█─"),
    ])
    func hostileTextBecomesVisible(raw: String, safe: String) {
        #expect(SafeText.sanitized(raw) == safe)
    }

    @Test func noCodePointLeavesAControlOrFormatCharacter() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            // Beyond the planes with characters only a sample is tried, for time.
            if value > 0x20000 && value % 61 != 0 && value < 0xE0000 { continue }
            for safe in SafeText.sanitized(String(Character(scalar))).unicodeScalars {
                let category = safe.properties.generalCategory
                let isHarmless =
                    category != .control && category != .format && category != .privateUse && category != .unassigned
                    && category != .lineSeparator && category != .paragraphSeparator
                if !isHarmless {
                    Issue.record("U+\(String(value, radix: 16)) became U+\(String(safe.value, radix: 16))")
                }
            }
        }
    }

    @Test func invalidBytesBecomeVisible() {
        #expect(SafeText.decoding([0x61, 0xFF, 0x62]) == "a\\xFFb")
        #expect(SafeText.decoding([0xC3, 0xA9]) == "é")
        #expect(SafeText.decoding([0xC3, 0x41]) == "\\xC3A")
        #expect(SafeText.decoding([0xE2, 0x82]) == "\\xE2\\x82")
        #expect(SafeText.decoding([0xF0, 0x9F, 0x98, 0x80, 0x80]) == "😀\\x80")
        #expect(SafeText.decoding([0xC0, 0xAF]) == "\\xC0\\xAF", "overlong forms are invalid")
        #expect(SafeText.decoding([]) == "")
    }

    @Test(arguments: [
        ("a", 1), ("é", 1), ("e\u{301}", 1), ("漢", 2), ("ｱ", 1), ("Ａ", 2), ("😀", 2), ("각", 2), ("\u{1100}\u{1161}", 2),
        ("⣿", 1), ("█", 1), ("…", 1), ("●", 1), ("─", 1), ("한글 ok", 7),
    ])
    func widthsAreThoseOfTerminals(text: String, columns: Int) {
        #expect(SafeText.columns(of: text) == columns)
    }

    @Test func everyCharacterThatChartsDrawIsOneColumnWide() {
        let drawn = "─│┌┐└┘├┤┬┴╌╎┃·•●▲▼×▸‹›■▪░▒▓█▁▂▃▄▅▆▇▉▊▋▌▍▎▏▀▐▖▗▘▙▚▛▜▝▞▟━╍…⁰¹²³⁴⁵⁶⁷⁸⁹⁻✗∞◌"
        for scalar in drawn.unicodeScalars { #expect(CharacterWidth.columns(of: scalar) == 1, "\(scalar)") }
    }
}
