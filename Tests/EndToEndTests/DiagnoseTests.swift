// SPDX-License-Identifier: Apache-2.0
// `elbo diagnose` from the outside: table, verdict, JSON, and files that are none.

import EngineKit
import Foundation
import TestSupport
import Testing

@Suite struct DiagnoseTests {
    /// A file of one chain with a quantity that mixes, one that depends on the chain, and one that is constant.
    private static func chain(_ number: Int) -> String {
        (0..<200).reduce(into: "# method = sample\nlp__,fine,apart,same\n") { text, draw in
            // A fixed pattern without order stands in for randomness.
            let value = Double((draw * 7919 + number * 104_729) % 1009) / 1009
            text += "\(-value),\(value),\(value + Double(number)),3\n"
        }
    }

    @Test func tableAndVerdictNameTheQuantities() throws {
        let folder = try TemporaryFolder()
        let paths = [1, 2].map { folder.file("chain-\($0).csv", Self.chain($0)) }
        let result = try runElbo(["diagnose"] + paths)
        #expect(result.exitCode == 0 && result.errorText.isEmpty)
        let lines = result.output.split(separator: "\n")
        #expect(lines[0] == "2 chains of 200 draws")
        #expect(lines[1].hasPrefix("parameter  mean"))
        #expect(lines.count { $0.hasPrefix("fine ") || $0.hasPrefix("apart ") || $0.hasPrefix("same ") } == 3)
        #expect(!result.output.contains("lp__"))
        #expect(lines.contains { $0.hasPrefix("R-hat above 1.01, the chains disagree: apart (") })
        #expect(lines.contains("undefined for same: MCSE, R-hat, bulk ESS, tail ESS: all values are equal"))
    }

    @Test func jsonHasNullAndAReasonWhereThereIsNoNumber() throws {
        let folder = try TemporaryFolder()
        let paths = [1, 2].map { folder.file("chain-\($0).csv", Self.chain($0)) }
        let result = try runElbo(["diagnose", "--json", "--warmup", "100"] + paths)
        #expect(result.exitCode == 0)
        let object = try #require(try JSONValue(parsing: result.output).object)
        #expect(object["chains"]?.wholeNumber == 2 && object["draws"]?.wholeNumber == 100)
        #expect(object["warmup"]?.wholeNumber == 100)
        #expect(object["rHatAbove"]?.array?.compactMap(\.string) == ["apart"])
        #expect(object["undefined"]?.array?.compactMap(\.string) == ["same"])
        let same = try #require(object["parameters"]?.array?.last?.object)
        #expect(same["rHat"] == .null && same["mean"]?.number == 3)
        #expect(same["undefined"]?.object?["rHat"]?.string == "all values are equal")
    }

    @Test func brokenFilesAreOneMessageWithPlaceAndNoRawText() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("bad.csv", "x,y\n1,2\n3,\u{1B}[31mred\u{7}\n")
        let result = try runElbo(["diagnose", path])
        #expect(result.exitCode == 1 && result.output.isEmpty)
        #expect(result.errorText.contains("bad.csv:3: found \"\\u{1b}[31mred\\u{7}\" in column y, allowed a number"))
        #expect(!result.errorText.utf8.contains(0x1B) && !result.errorText.utf8.contains(7))
        let missing = try runElbo(["diagnose", folder.path("none.csv")])
        #expect(missing.exitCode == 1 && missing.errorText.contains("none.csv: found No such file or directory"))
        #expect(try runElbo(["diagnose"]).exitCode == 2)
        let negative = try runElbo(["diagnose", path, "--warmup=-1"])
        #expect(negative.exitCode == 2 && negative.errorText.contains("at least 0"))
    }

    @Test func namesFromFilesNeverSteerTheTerminal() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("names.csv", "a\u{1B}]0;x\u{7},b\n1,2\n2,3\n3,1\n")
        for options in [[], ["--json"]] {
            let result = try runElbo(["diagnose", path] + options)
            #expect(result.exitCode == 0)
            #expect(!result.output.utf8.contains(0x1B) && !result.output.utf8.contains(7))
        }
    }

    @Test func aGrowingFileIsReadUpToItsLastWholeLine() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("growing.csv", String(Self.chain(1).dropLast(3)))
        let result = try runElbo(["diagnose", path])
        #expect(result.exitCode == 0 && result.output.hasPrefix("1 chain of 199 draws"))
        #expect(result.errorText.contains("growing.csv: the last line has no line end and was left out"))
    }
}
