// SPDX-License-Identifier: Apache-2.0
// Which draws come out of CmdStan's files and of other CSV files.

import TestSupport
import Testing

@testable import Diagnostics

/// Reads texts as files `1.csv`, `2.csv`, ….
private func read(_ texts: String..., warmup: Int? = nil) throws -> DrawsFiles {
    try DrawsFiles(
        parsing: texts.enumerated().map { ("\($0.offset + 1).csv", Array($0.element.utf8)) }, warmup: warmup)
}

@Suite("Files of draws") struct DrawsFilesTests {
    static let stan = """
        # stan_version_major = 2
        # model = line_model
        # method = sample (Default)
        #   sample
        #     num_samples = 3
        #     num_warmup = 4
        #     save_warmup = 1
        #     thin = 2
        lp__,accept_stat__,stepsize__,beta.1,beta.2
        -9,0.1,1,100,200
        # Adaptation terminated
        # Step size = 0.5
        -8,0.2,1,300,400
        -7.5,0.5,0.5,1,2.5e-3
        -7.25,0.75,0.5,NaN,inf
        #
        #  Elapsed Time: 0.1 seconds (Warm-up)
        -7,1,0.5,3,-inf

        """

    @Test func cmdStanFileHasWarmupStatisticsAndQuantities() throws {
        let files = try read(Self.stan)
        #expect(files.warmupCount == 2 && files.notes.isEmpty)
        #expect(files.parameters.names == ["beta.1", "beta.2"])
        #expect(files.statistics.names == ["lp__", "accept_stat__", "stepsize__"])
        #expect(files.parameters.chainCount == 1 && files.parameters.drawCount == 3)
        expectClose(files.parameters.values, [1, .nan, 3, 2.5e-3, .infinity, -.infinity])
        #expect(Array(files.statistics.values.prefix(3)) == [-7.5, -7.25, -7])
    }

    @Test func warmupCanBeChosen() throws {
        #expect(try read(Self.stan, warmup: 0).parameters.drawCount == 5)
        #expect(try read(Self.stan, warmup: 4).parameters.values == [3, -.infinity])
        // A number of warm-up draws that were not saved are not in the file.
        let unsaved = Self.stan.replacing("save_warmup = 1", with: "save_warmup = false")
        #expect(try read(unsaved).parameters.drawCount == 5)
        let word = Self.stan.replacing("save_warmup = 1", with: "save_warmup = true (Default)")
        #expect(try read(word).warmupCount == 2)
    }

    @Test func severalFilesAreSeveralChains() throws {
        let files = try read("a,b\n1,2\n3,4\n", "a,b\n5,6\n7,8\n9,10\n")
        #expect(files.parameters.chainCount == 2 && files.parameters.drawCount == 2)
        #expect(files.parameters.values == [1, 3, 5, 7, 2, 4, 6, 8])
        #expect(files.notes == ["chains have 2 to 3 draws; the first 2 of each are used"])
    }

    @Test func aColumnOfChainsTellsThemApart() throws {
        let files = try read("chain,draw,x\none,0,1\ntwo,0,2\none,1,3\ntwo,1,4\n")
        #expect(files.parameters.names == ["x"] && files.parameters.chainCount == 2)
        #expect(files.parameters.values == [1, 3, 2, 4])
        let fromR = try read("\".chain\",\".iteration\",\".draw\",\"Sigma[1,2]\"\r\n1,1,1,0.5\r\n2,1,2,0.25\r\n")
        #expect(fromR.parameters.names == ["Sigma[1,2]"] && fromR.parameters.values == [0.5, 0.25])
        // Without a column of chains, `draw` is a quantity like any other.
        #expect(try read("draw,x\n0,1\n").parameters.names == ["draw", "x"])
    }

    @Test func anIncompleteLastLineIsLeftOut() throws {
        let growing = try read(String(Self.stan.dropLast(2)))
        #expect(growing.parameters.drawCount == 2)
        #expect(growing.notes == ["1.csv: the last line has no line end and was left out"])
        // CmdStan ends every line: one that looks whole may still be the beginning of a longer number.
        #expect(try read(String(Self.stan.dropLast(1))).parameters.drawCount == 2)
        // Other programs may leave the last line end out; then the line counts when it has all its fields.
        #expect(try read("x,y\n1,2\n3,4").parameters.values == [1, 3, 2, 4])
        #expect(try read("x,y\n1,2\n3,").parameters.values == [1, 2])
        #expect(try read("x,y\n1,2\n3").parameters.values == [1, 2])
    }

    @Test func marksAndSpacesDoNotMatter() throws {
        let files = try read("\u{FEFF}# by hand\n\n x , \"y\" \n 1,\t2 \n\n\"3\",4\n")
        #expect(files.parameters.names == ["x", "y"] && files.parameters.values == [1, 3, 2, 4])
    }

    static let mistakes: [(text: String, line: Int?, found: String, allowed: String)] = [
        ("", nil, "no line with column names", "a CSV file of draws"),
        ("# only = comments\n", nil, "no line with column names", "a CSV file of draws"),
        ("x,y\n", nil, "no draws", "a row of numbers per draw"),
        ("1,2\n3,4\n", 1, "only numbers in the first line", "a line of column names before the draws"),
        ("x,,y\n1,2,3\n", 1, "no name for column 2", "a name for every column"),
        ("x,y,x\n1,2,3\n", 1, "the column x twice", "each name once"),
        ("x,\"y\n1,2\n", 1, "a quotation mark that is not closed", "pairs of them"),
        ("x,y\n1,2\n3\n", 3, "1 fields", "2, as many as line 1 has names"),
        ("x,y\n1,2,3\n", 2, "more than 2 fields", "2, as many as line 1 has names"),
        ("# c\nx,y\n1,2\n3,four\n", 4, "\"four\" in column y", "a number, NaN, inf or -inf"),
        ("x,y\n1,\n2,3\n", 2, "nothing in column y", "a number, NaN, inf or -inf"),
        ("lp__,accept_stat__\n1,2\n", 1, "no column of a quantity", "at least one whose name does not end in __"),
        ("# save_warmup = 1\n# num_warmup = 5\nx\n1\n2\n", nil, "2 rows in chain 1", "more than the 5 rows of warm-up"),
        ("# save_warmup = 1\n# thin = x\nx\n1\n", nil, "thin = x", "a whole number of at least 0"),
    ]

    @Test(arguments: mistakes.indices) func mistakesAreNamedWithTheirLine(index: Int) {
        let mistake = Self.mistakes[index]
        let error = #expect(throws: DrawsFileError.self) { try read(mistake.text) }
        #expect(error?.path == "1.csv" && error?.line == mistake.line)
        #expect(error?.found == mistake.found)
        #expect(error?.allowed == mistake.allowed)
    }

    @Test func filesMustHaveTheSameColumns() {
        let other = #expect(throws: DrawsFileError.self) { try read("x,y\n1,2\n", "# c\nx,z\n1,2\n") }
        #expect(other?.sentence == "2.csv:2: found the column z, allowed y, as in 1.csv")
        let fewer = #expect(throws: DrawsFileError.self) { try read("x,y\n1,2\n", "x\n1\n") }
        #expect(fewer?.sentence == "2.csv:1: found 1 columns, allowed the 2 of 1.csv")
    }

    @Test func filesThatAreNoneAreNamed() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: DrawsFileError.self) { try DrawsFiles(reading: [folder.path("none.csv")]) }
        #expect(missing?.found == "No such file or directory")
        let directory = #expect(throws: DrawsFileError.self) { try DrawsFiles(reading: [folder.path("")]) }
        #expect(directory?.found == "a folder")
        #expect(#expect(throws: DrawsFileError.self) { try DrawsFiles(reading: ["/dev/zero"]) }?.found == "a device")
        let file = folder.file("x.csv", Array("x\n1\n2\n".utf8))
        #expect(try DrawsFiles(reading: [file]).parameters.values == [1, 2])
        #expect(throws: DrawsFileError.self) { try fileBytes(file, limit: 3) }
    }
}
