// SPDX-License-Identifier: Apache-2.0
// A run with a learned proposal from the outside: its lines, its result object, and bad input.

import Foundation
import TestSupport
import Testing

@Suite struct ProposalRunTests {
    private func session(_ folder: TemporaryFolder, target: String) -> String {
        folder.file(
            "chains.toml",
            """
            engine = "proposal"
            threads = 1
            [target]
            \(target)
            [proposal]
            family = "diagonal"
            [train]
            steps = 50
            batch = 32
            [sample]
            chains = 4
            burnIn = 20
            draws = 200
            """)
    }

    @Test func theResultNamesAcceptanceAndCoordinates() throws {
        let folder = try TemporaryFolder()
        let path = session(
            folder, target: "name = \"expression\"\nlogDensity = \"-0.5*(a^2 + b^2)\"\nvariables = [\"a\", \"b\"]")
        let run = try runElbo(["run", path, "--headless", "--name", "c", "--runs", folder.path("runs")])
        try #require(run.exitCode == 0, "\(run.errorText)")
        let lines = run.output.split(separator: "\n")
        for expected in ["  acceptance ", "  convergence ", "  coordinate ", "  a ", "  b "] {
            #expect(lines.contains { $0.hasPrefix(expected) }, "no \(expected) in: \(run.output)")
        }
        // Exact for a normal target and a proposal of the same family: nearly everything is accepted.
        let result = try runElbo(["show", "c", "--json", "--runs", folder.path("runs")])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(try #require(object["acceptanceRate"] as? Double) > 0.8)
        #expect((object["coordinates"] as? [[String: Any]])?.count == 2)
    }

    /// Control characters in a table do not reach the terminal.
    @Test func aBadTableIsNamedWithItsPlace() throws {
        let folder = try TemporaryFolder()
        let table = folder.file("evil.csv", "a\u{1b}[31m,b\n1,2\n3,x\u{1b}]0;t\u{7}\n")
        let path = session(folder, target: "name = \"logistic-regression\"\nfile = \"\(table)\"")
        let run = try runElbo(["run", path, "--headless", "--runs", folder.path("runs")])
        #expect(run.exitCode == 1)
        let text = run.output + run.errorText
        #expect(text.contains("evil.csv, line 3, column b"))
        #expect(!text.contains("\u{1b}"))
    }
}
