// SPDX-License-Identifier: Apache-2.0
// Folders of session files: each valid one loads, each invalid one gives exactly the message beside it.
import EngineKit
import SessionFile
import Testing

@Suite struct SessionFolderTests {
    @Test(arguments: files(in: "valid"))
    func validFileLoads(name: String) throws {
        let session = try Session.load(path: Self.folder("valid") + name)
        #expect(!session.engine.isEmpty)
        // A rewritten file means the same.
        let again = try Session.parse(Array(("engine = \"x\"\n" + session.settings.toml).utf8), name: name)
        #expect(again.settings.toml == session.settings.toml)
    }

    @Test(arguments: files(in: "invalid"))
    func invalidFileGivesItsMessage(name: String) throws {
        let expected = try readWholeFile(Self.folder("invalid") + name.dropLast(5) + ".txt", limit: 10_000)
        let bytes = try readWholeFile(Self.folder("invalid") + name, limit: 10_000)
        let error = #expect(throws: SessionError.self) { try Session.parse(bytes, name: name) }
        #expect((error?.description ?? "") + "\n" == String(decoding: expected, as: UTF8.self))
    }

    @Test func foldersAreNotEmpty() {
        #expect(Self.files(in: "valid").count >= 3)
        #expect(Self.files(in: "invalid").count >= 15)
    }

    static func folder(_ name: String) -> String {
        let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(tests)/Golden/SessionFile/\(name)/"
    }

    static func files(in name: String) -> [String] {
        listFolder(folder(name)).filter { $0.hasSuffix(".toml") }.sorted()
    }
}
