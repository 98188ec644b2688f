// SPDX-License-Identifier: Apache-2.0
// Tables of numbers: separators, names, and what is wrong with a line.

import Testing

@testable import Datasets

@Suite struct DelimitedReaderTests {
    private func parse(_ text: String) throws(DatasetError) -> DelimitedTable {
        try parseDelimitedTable(Array(text.utf8), path: "t.csv")
    }

    @Test(arguments: [
        "a,b\n1,2.5\n-3,4e1\n", "# note\na;b\n1; 2.5\n\n-3;4e1", "a\tb\r\n1\t2.5\r\n-3\t40\r\n", "a b\n 1  2.5\n-3 40",
    ])
    func namesAndNumbersAreRead(text: String) throws {
        let table = try parse(text)
        #expect(table.columns == ["a", "b"])
        #expect(table.values == [1, 2.5, -3, 40])
        #expect(table.rowCount == 2 && table.column(1) == [2.5, 40])
    }

    @Test func withoutNamesColumnsAreCounted() throws {
        #expect(try parse("1 2 3\n4 5 6\n").columns == ["1", "2", "3"])
    }

    @Test(arguments: [
        ("1,2\n3\n", "line 2", "1 fields"), ("a,b\n1,x\n", "line 2, column b", "\"x\""),
        ("a,b\n1,\n", "line 2, column b", "nothing"), ("a,b\n1,nan\n", "line 2, column b", "\"nan\""),
        ("a,a\n1,2\n", "line 1", "the column a twice"), ("a,\n1,2\n", "line 1", "no name for column 2"),
        ("", "", "no row of numbers"), ("a,b\n", "", "no row of numbers"),
    ])
    func errorsNameThePlace(text: String, place: String, found: String) {
        do throws(DatasetError) {
            _ = try parse(text)
            Issue.record("no error for \(text)")
        } catch {
            #expect(error.place == place && error.found == found)
            #expect(error.subject == "t.csv")
        }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: DatasetError.self) { try parseDelimitedTable([0xFF, 0xFE, 0x31], path: "t.csv") }
    }
}
