// SPDX-License-Identifier: Apache-2.0
// Changed runs: complete, minimal enough, and never through the middle of a wide character.

import Screen
import Testing

@Suite struct DifferenceTests {
    private func buffer(_ lines: [String]) -> CellBuffer {
        var buffer = CellBuffer(height: lines.count, width: 20)
        for (row, line) in lines.enumerated() { buffer.write(line, at: Position(row: row, column: 0)) }
        return buffer
    }

    @Test func equalBuffersHaveNoChanges() {
        #expect(buffer(["abc", "漢字"]).changedRuns(since: buffer(["abc", "漢字"])) == [])
    }

    @Test func nearChangesFormOneRun() {
        let runs = buffer(["aXbcXd"]).changedRuns(since: buffer(["aYbcYd"]))
        #expect(runs == [ChangedRun(row: 0, columns: 1..<5)])
        let far = buffer(["Xbcdefg", "", "z"]).changedRuns(since: buffer(["YbcdefX", "", ""]))
        #expect(
            far == [
                ChangedRun(row: 0, columns: 0..<1), ChangedRun(row: 0, columns: 6..<7),
                ChangedRun(row: 2, columns: 0..<1),
            ])
    }

    @Test func styleChangesCount() {
        var changed = buffer(["abc"])
        changed.restyle(Rectangle(left: 1, height: 1, width: 1)) { $0.with(.bold) }
        #expect(changed.changedRuns(since: buffer(["abc"])) == [ChangedRun(row: 0, columns: 1..<2)])
    }

    @Test func wideCharactersAreRedrawnWhole() {
        #expect(buffer(["a漢b"]).changedRuns(since: buffer(["a字b"])) == [ChangedRun(row: 0, columns: 1..<3)])
        #expect(buffer(["axyb"]).changedRuns(since: buffer(["a字b"])) == [ChangedRun(row: 0, columns: 1..<3)])
    }

    @Test func anotherSizeIsRedrawnCompletely() {
        let old = CellBuffer(height: 1, width: 3)
        let new = CellBuffer(height: 2, width: 3)
        #expect(new.changedRuns(since: old) == [0, 1].map { ChangedRun(row: $0, columns: 0..<3) })
        #expect(CellBuffer(height: 2, width: 0).changedRuns(since: old) == [])
    }

    @Test func applyingTheRunsReproducesTheBuffer() {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet = ["a", "b", "漢", "字", " "]
        for _ in 0..<200 {
            let lines = (0..<2).map { _ in
                (0..<3).map { _ in (0..<10).map { _ in alphabet[next(5)] }.joined() }
            }
            let (old, new) = (buffer(lines[0]), buffer(lines[1]))
            var patched = old
            for run in new.changedRuns(since: old) {
                for column in run.columns where new[run.row, column].width > 0 {
                    patched.put(new[run.row, column], row: run.row, column: column)
                }
            }
            #expect(patched.text() == new.text())
        }
    }
}
