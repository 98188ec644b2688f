// SPDX-License-Identifier: Apache-2.0
// Loading sessions: the header, and files that are hostile, too long, or no files.
import EngineKit
import SessionFile
import Testing

@Suite struct SessionTests {
    @Test func headerIsReadAndKeptFromTheEngine() throws {
        let session = try parse("engine = \"sbp\"\ntitle = \"T\"\nseed = 5\nthreads = 2\n[train]\nepochs = 1\n")
        #expect(session.engine == "sbp")
        #expect(session.title == "T")
        #expect(session.seed == 5)
        #expect(session.threads == 2)
        #expect(session.settings.entries.map(\.key) == ["train"])
    }

    @Test func headerHasDefaults() throws {
        let session = try Session.parse(Array("engine = \"sbp\"".utf8), name: "a/b/demo.toml")
        #expect(session.title == "demo")
        #expect(session.seed == Session.defaultSeed)
        #expect(session.threads == nil)
    }

    @Test func missingFileAndFolderAreExplained() {
        let missing = #expect(throws: SessionError.self) { try Session.load(path: "no/such/file.toml") }
        #expect(missing?.description == "no/such/file.toml: Cannot read no/such/file.toml: no such file or folder.")
        let folder = #expect(throws: SessionError.self) { try Session.load(path: "/") }
        #expect(folder?.description == "/: Cannot read /: not a file.")
    }

    @Test func tooLongFileIsRefused() {
        let error = #expect(throws: SessionError.self) {
            try Session.parse([UInt8](repeating: UInt8(ascii: "#"), count: (1 << 20) + 1), name: "x")
        }
        #expect(error?.description.contains("at most 1048576") == true)
    }

    @Test(arguments: [
        "[" + String(repeating: "a.", count: 100_000) + "a]",
        String(repeating: "a.", count: 100_000) + "a = 1",
        "x = " + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000),
        "x = " + String(repeating: "{a=", count: 100_000) + "1" + String(repeating: "}", count: 100_000),
        "x = @\n" + String(repeating: "a.", count: 100_000) + "a = 1",
        "x = \"\\u0000\"", "x = 1\u{0}", "x\u{0} = 1", "\"\\U00000000\" = 1", "x = \"\\UFFFFFFFF\"", "x = \"\\ud800\"",
        "[[a]]\n[a]", "a = 1\na.b = 2", "[[a.b]]\n[a]\nb = 1", "a = [\n", "a = '''", "a = \"\"\"x\"\"", "= 1", "[]",
        "[[a]",
        "a = 1 2", "a", "a =", "a = 99999999999999999999", "a = 1979-05-27", "\u{1B}[2J", "a = \"\u{1B}[2J\"",
    ])
    func hostileTextIsAnErrorThatIsSafeToPrint(text: String) {
        let error = #expect(throws: SessionError.self) { try parse("engine = \"x\"\n" + text) }
        let message = error?.description ?? ""
        #expect(message.hasPrefix("s.toml:"))
        #expect(message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
        #expect(message.count < 1000)
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: SessionError.self) { try Session.parse([0x61, 0xFF, 0xFE], name: "x") }
    }

    @Test func everyTruncationAndManyFlipsOfASessionAreHandled() throws {
        let file = Array(
            """
            engine = "sbp" # é
            a.b = [1, { c = 'x' }, [2.5]]
            [t."k"]
            s = \"\"\"
            x \\u00e9 \\
              y\"\"\"
            [[u]]
            d = 0x1
            """.utf8)
        var accepted = 0
        for count in 0...file.count where (try? Session.parse(Array(file[..<count]), name: "x")) != nil {
            accepted += 1
        }
        for position in file.indices {
            for change: UInt8 in [1, 2, 4, 8, 16, 32, 64, 128] {
                var broken = file
                broken[position] ^= change
                do throws(SessionError) {
                    _ = try Session.parse(broken, name: "x")
                    accepted += 1
                } catch {
                    #expect(
                        error.description.unicodeScalars.allSatisfy {
                            $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n"
                        })
                }
            }
        }
        #expect(accepted > 100, "many flips only change a name or a number")
    }

    private func parse(_ text: String) throws -> Session {
        try Session.parse(Array(text.utf8), name: "s.toml")
    }
}
