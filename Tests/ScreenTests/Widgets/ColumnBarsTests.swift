// SPDX-License-Identifier: Apache-2.0
// Upright bars: eighths up from the baseline, whole cells down, nothing for what is no number.

import Testing

@testable import Screen

@Suite struct ColumnBarsTests {
    private func text(_ bars: ColumnBars, height: Int, width: Int) -> [String] {
        let buffer = bars.rendered(height: height, width: width)
        return (0..<height).map { row in
            (0..<width).map { buffer[row, $0].text }.joined()
        }
    }

    @Test func heightsAreEighthsOfACell() {
        let rows = text(ColumnBars([1, 0.5, 0.25, 0, 2], top: 1), height: 2, width: 5)
        #expect(rows == ["█   █", "██▄ █"])
    }

    /// Something is never drawn as nothing.
    @Test func theSmallestBarIsAnEighth() {
        #expect(text(ColumnBars([1e-9, 0], top: 1), height: 1, width: 2) == ["▁ "])
    }

    @Test func wideBarsAreKeptApart() {
        #expect(text(ColumnBars([1, 1], top: 1), height: 1, width: 7) == ["██ ██  "])
        // More values than columns: the first ones.
        #expect(text(ColumnBars([1, 0, 1], top: 1), height: 1, width: 2) == ["█ "])
    }

    @Test func negativeValuesHangFromTheBaseline() {
        let rows = text(ColumnBars([1, -0.5, -1, .nan], top: 1, bottom: -1), height: 4, width: 4)
        #expect(rows == ["█   ", "█   ", " ██ ", "  █ "])
    }

    @Test func nothingBreaksIt() {
        for bars in [
            ColumnBars([], top: 1), ColumnBars([1], top: 0), ColumnBars([.infinity, -.infinity], top: 1, bottom: -1),
            ColumnBars([-1e300, 1e300], top: 1e-300, bottom: -1e-300), ColumnBars([1], top: .nan, bottom: .nan),
        ] {
            for height in 0..<4 { for width in 0..<4 { _ = bars.rendered(height: height, width: width) } }
        }
    }
}
