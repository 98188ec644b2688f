// SPDX-License-Identifier: Apache-2.0
// JSON out and in: strictness, order, numbers that are not finite, and texts that try to break the parser.
import EngineKit
import Testing

@Suite struct JSONValueTests {
    @Test func documentKeepsTheOrderOfItsKeys() {
        let value: JSONValue = ["z": 1, "a": [true, nil, 1.5, "x"], "m": [:]]
        #expect(value.text == #"{"z":1,"a":[true,null,1.5,"x"],"m":{}}"#)
    }

    @Test func indentedDocumentHasOneEntryPerLine() {
        let value: JSONValue = ["a": 1, "curve": [1, 2.5], "rows": [["b": 2], ["c": []]]]
        #expect(
            value.indentedText == """
                {
                  "a": 1,
                  "curve": [1,2.5],
                  "rows": [
                    {
                      "b": 2
                    },
                    {
                      "c": []
                    }
                  ]
                }
                """)
    }

    @Test func numbersThatAreNotFiniteAreWrittenAsNames() throws {
        let value: JSONValue = [.real(.nan), .real(.infinity), .real(-.infinity)]
        #expect(value.text == #"["NaN","Infinity","-Infinity"]"#)
        let back = try #require(JSONValue(parsing: value.text).array).map(\.number)
        #expect(back[0]?.isNaN == true)
        #expect(back[1] == .infinity)
        #expect(back[2] == -.infinity)
    }

    @Test(arguments: [0.1, 1e300, -Double.leastNonzeroMagnitude, 1e16, 123_456_789.125, -0.0])
    func numbersComeBackWithTheSameBits(number: Double) throws {
        let back = try #require(try JSONValue(parsing: JSONValue.real(number).text).number)
        #expect(back.bitPattern == number.bitPattern)
    }

    @Test func wholeNumbersStayWhole() throws {
        #expect(
            try JSONValue(parsing: "[-0, 12, 9223372036854775807, 1e2, 9223372036854775808]") == [
                0, 12, .integer(.max), 100.0, 9_223_372_036_854_775_808.0,
            ])
    }

    @Test func textOutOfControlCharactersIsEscapedAndComesBack() throws {
        let text = "tab\t line\n quote\" back\\ esc\u{1B}[31m del\u{7F} csi\u{9B} ü 🙂"
        let json = JSONValue.string(text).text
        #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        #expect(json.contains(#"\u001b[31m"#))
        #expect(try JSONValue(parsing: json) == .string(text))
    }

    @Test func escapesAndSurrogatePairsAreRead() throws {
        #expect(try JSONValue(parsing: #""\u0041\ud83d\ude42\/\b\f\r""#) == .string("A🙂/\u{08}\u{0C}\r"))
    }

    @Test(arguments: [
        "", " ", "{", "[1", "[1,]", "{\"a\":1,}", "{a:1}", "tru", "01", "+1", "1.", ".5", "1e", "-", "nan", "\"a",
        "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\u{01}\"", "1 2", "[1]]",
        "1e999", "{\"a\":1,\"a\":2}", "'a'", "[1 2]", "{\"a\" 1}", "\"\\u+123\"",
    ])
    func malformedTextIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func textThatIsNotUTF8IsRefused() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x22]) }
    }

    @Test func depthIsBounded() throws {
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(128)) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(100_000)) }
        #expect(error?.offset == 128)
    }

    @Test func objectKeepsTheFirstPlaceOfAKey() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["b"] = nil
        object.merge(["c": .null, "a": 4])
        #expect(object.text == #"{"a":4,"c":null}"#)
    }

    @Test func missingNumberBecomesNull() {
        #expect(JSONValue(nil as Double?) == .null)
        #expect(JSONValue(1.5 as Double?) == 1.5)
    }

    @Test func printableTextCannotSteerATerminal() {
        let hostile = "a\u{1B}]0;x\u{07}\u{9B}b\u{202E}c\n\u{200B}"
        let safe = hostile.printable()
        #expect(safe == "a\\u{1b}]0;x\\u{7}\\u{9b}b\\u{202e}c\\u{a}\\u{200b}")
        #expect("äöü 漢字 🙂".printable() == "äöü 漢字 🙂")
        #expect(String(repeating: "x", count: 300).printable(limit: 5) == "xxxxx…")
        let marks = "e" + String(repeating: "\u{301}", count: 10_000)
        #expect(marks.printable().unicodeScalars.count <= 8)
    }
}
