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
}
