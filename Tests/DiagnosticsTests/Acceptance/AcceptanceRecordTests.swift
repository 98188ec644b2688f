// SPDX-License-Identifier: Apache-2.0
// Acceptance over a window and runs of rejections, against plain counts.

import Diagnostics
import TestSupport
import Testing

@Suite("Acceptance record") struct AcceptanceRecordTests {
    @Test func windowAndRunsArePlainCounts() {
        var words = TestWords(seed: 9)
        let moves = (0..<500).map { _ in words.uniform() < 0.3 }
        for window in [1, 7, 100, 1000] {
            var record = AcceptanceRecord(window: window)
            for (index, move) in moves.enumerated() {
                record.append(move)
                let seen = moves.prefix(index + 1)
                let recent = seen.suffix(window)
                #expect(record.recentRate == .value(Double(recent.count { $0 }) / Double(recent.count)))
                #expect(record.rate == .value(Double(seen.count { $0 }) / Double(seen.count)))
                #expect(record.currentRejectionRun == seen.reversed().prefix { !$0 }.count)
            }
            let longest = moves.split(separator: true).map(\.count).max() ?? 0
            #expect(record.longestRejectionRun == longest)
            #expect(record == AcceptanceRecord(window: window, moves: moves))
        }
    }

    @Test func nothingHasNoRate() {
        let record = AcceptanceRecord(window: 10)
        #expect(record.rate.reason == .empty && record.recentRate.reason == .empty)
        #expect(!record.isStuck(after: 1))
    }

    @Test func aChainIsStuckAfterSoManyRejections() {
        var record = AcceptanceRecord(window: 5, moves: [true, false, false])
        #expect(!record.isStuck(after: 3))
        record.append(false)
        #expect(record.isStuck(after: 3) && record.longestRejectionRun == 3)
        record.append(true)
        #expect(!record.isStuck(after: 1) && record.longestRejectionRun == 3)
    }

    @Test func movesAreStepsWhereAnythingChanged() {
        let draws = Draws(names: ["a", "b"], chainCount: 1, states: [1, 1, 1, 1, 2, 1, 2, 3, 2, 3])
        #expect(draws.moves(ofChain: 0) == [false, true, true, false])
        #expect(Draws(names: ["a"], chainCount: 1, states: [1]).moves(ofChain: 0) == [])
    }
}
