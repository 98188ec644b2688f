// SPDX-License-Identifier: Apache-2.0
// The built program from the outside: exit codes, messages and the result object.

import Foundation
import TestSupport
import Testing

@Suite struct CommandLineTests {
    @Test func badUsageEndsWithTwoAndSaysWhatIsAllowed() throws {
        let result = try runElbo(["snapshot", "nothing", "--size", "7"])
        #expect(result.exitCode == 2)
        #expect(result.errorText.contains("COLUMNSxROWS"))
    }

    @Test func aBadSessionFileReportsEveryProblemWithItsLine() throws {
        let folder = try TemporaryFolder()
        let path = folder.file(
            "bad.toml", "engine = \"sbp\"\n[data]\nname = \"nope\"\n[train]\nepochz = 3\nbatch = 0\n")
        let result = try runElbo(["run", path, "--headless", "--runs", folder.path("runs")])
        #expect(result.exitCode == 2)
        for expected in ["bad.toml:3", "nope", "bad.toml:5", "epochz", "bad.toml:6", "batch"] {
            #expect(result.errorText.contains(expected), "no \(expected) in: \(result.errorText)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("runs")))
    }

    @Test func anUnknownRunIsNamed() throws {
        let folder = try TemporaryFolder()
        let result = try runElbo(["show", "missing", "--runs", folder.path("runs")])
        #expect(result.exitCode == 1)
        #expect(result.errorText.contains("missing"))
    }

    @Test func snapshotsShowSeveralRunsAsTextAndAsAPicture() throws {
        let folder = try TemporaryFolder()
        let session = folder.file(
            "tiny.toml",
            """
            engine = "sbp"
            threads = 1
            [data]
            trainingLimit = 200
            testLimit = 50
            [train]
            epochs = 2
            batch = 50
            """)
        for name in ["one", "two"] {
            let trained = try runElbo([
                "run", session, "--headless", "--name", name, "--runs", folder.path("runs"), "--seed",
                name == "one" ? "1" : "2",
            ])
            try #require(trained.exitCode == 0, "\(trained.errorText)")
        }
        func snapshot(_ arguments: [String]) throws -> String {
            let result = try runElbo(["snapshot", "one", "--runs", folder.path("runs")] + arguments)
            #expect(result.exitCode == 0, "\(result.errorText)")
            return result.output
        }
        let alone = try snapshot([])
        let together = try snapshot(["--with", "two"])
        #expect(alone.contains("one") && !alone.contains("two"))
        #expect(together.contains("one") && together.contains("two"))
        let picture = try snapshot(["--with", "two", "--format", "svg", "--size", "90x30"])
        #expect(picture.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"480\""))
        #expect(picture.hasSuffix("</svg>\n"))
        let missing = try runElbo(["snapshot", "one", "--with", "three", "--runs", folder.path("runs")])
        #expect(missing.exitCode == 1)
        #expect(missing.errorText.contains("three"))
    }
}
