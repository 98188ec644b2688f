// SPDX-License-Identifier: Apache-2.0
// Histograms count every value once and show the threshold where it is.

import Screen
import Testing

@Suite struct HistogramTests {
    @Test func everyValueIsCountedOnce() {
        var generator = CaseGenerator(state: 4)
        let sorted = (0..<500).map { _ in Double.random(in: -2...2, using: &generator) }.sorted()
        for bins in [1, 2, 7, 40] {
            let histogram = HistogramBins(sorted: sorted, range: -1...1, bins: bins)
            #expect(histogram.counts.count == bins)
            #expect(histogram.counts.reduce(0, +) == 500)
        }
        let three = HistogramBins(sorted: [-9, 0, 0.5, 1, 1.5, 2, 3, 99], range: 0...3, bins: 3)
        #expect(three.counts == [3, 2, 3], "borders belong to the bin above, the ends take what lies outside")
        #expect(HistogramBins(sorted: [], range: 0...1, bins: 0).counts == [0])
    }

    @Test func stripsHaveTheThresholdBetweenTheirBars() {
        let values = [1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 6, 7, 7].map { Double($0) - 0.5 }
        expectDrawing(Histogram(sorted: values, range: 0...8, threshold: 5), height: 1, width: 9, "▃▇▆▃ │▁▃")
        expectDrawing(Histogram(sorted: values, range: 0...8), height: 1, width: 8, "▃▇▆▃ ▁▃")
        expectDrawing(Histogram(sorted: values, range: 0...8, threshold: -3), height: 1, width: 9, "│▃▇▆▃ ▁▃")
        expectDrawing(Histogram(sorted: values, range: 0...8, threshold: 99), height: 1, width: 9, "▃▇▆▃ ▁▃ │")
    }

    @Test func valuesBelowTheThresholdArePale() {
        let buffer = Histogram(sorted: [0, 1, 2, 3], threshold: 1.5).rendered(height: 1, width: 5)
        #expect(buffer[0, 0].style == Style(.pale(0)))
        #expect(buffer[0, 2].style == Style(.focus))
        #expect(buffer[0, 4].style == Style(.series(0)))
    }

    @Test func anotherRuleDecidesWhatIsPale() {
        var histogram = Histogram(sorted: [0, 1, 2, 3], threshold: 1.5)
        histogram.kept = [0, 3]
        histogram.marked = [0]
        let buffer = histogram.rendered(height: 1, width: 5)
        let styles = [0, 1, 3, 4].map { buffer[0, $0].style }
        #expect(styles == [Style(.warning), Style(.pale(0)), Style(.pale(0)), Style(.series(0))])
    }

    @Test func markedValuesFillTheirShareOfABar() {
        var histogram = Histogram(sorted: [1, 1, 1, 1], range: 0...2)
        histogram.marked = [1, 1]
        let buffer = histogram.rendered(height: 6, width: 14)
        let column = (0..<14).first { buffer[3, $0].base == "█" }
        let styles = column.map { column in (0..<4).map { buffer[$0, column].style } }
        #expect(styles == [Style(.series(0)), Style(.series(0)), Style(.warning), Style(.warning)])
        // A single one among many is seen all the same.
        histogram = Histogram(sorted: [Double](repeating: 1, count: 1000), range: 0...2)
        histogram.marked = [1]
        let many = histogram.rendered(height: 6, width: 14)
        #expect((0..<14).contains { many[3, $0].style == Style(.warning) })
    }

    @Test func goldenWithAxes() {
        let scores = sampleScores().sorted()
        expectGolden(
            Histogram(sorted: scores, threshold: 0.2, title: "SNR").rendered(height: 12, width: 60), "histogram")
        expectGolden(
            Histogram(sorted: scores + [Double](repeating: 0.95, count: 5000), usesLogCounts: true)
                .rendered(height: 12, width: 60), "histogram-log-counts")
    }
}
