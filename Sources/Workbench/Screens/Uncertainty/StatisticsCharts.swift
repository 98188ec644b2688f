// SPDX-License-Identifier: Apache-2.0
// The batch statistics of one channel as they were observed, under the distribution that was fitted.

import EngineKit
import Glibc
import Screen

/// Histograms of mu and log sigma over batches, with the fitted normal densities.
struct StatisticsCharts: Widget {
    let view: UncertaintyView

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let statistics = view.statistics else {
            EmptyNote(
                "No batch statistics.",
                "They come behind the fit, from sbn.checkBatches batches that the fit has not seen."
            ).render(into: &buffer, in: area)
            return
        }
        let channel = min(max(0, view.state.channel), statistics.channels - 1)
        let name = statistics.layer
        buffer.write(
            [
                StyledText("\(name)  channel \(channel + 1) of \(statistics.channels)", .title),
                StyledText("  { } layer, ← → channel", .dim),
            ], at: area.origin, maximumWidth: area.width)
        let share = Self.contradicted(statistics)
        buffer.write(
            "\(statistics.batches) other batches; p < 0.05 in \(share.mu) % of channels for mu, \(share.logSigma) % for log sigma "
                + "(5 % by chance)",
            in: area.row(1), style: Style(.dim))
        let (above, below) = area.inset(top: 2).splitTop((area.height - 2) / 2)
        for (title, first, values, place) in [
            ("mu", 0, statistics.mu, above), ("log sigma", 2, statistics.logSigma, below),
        ] {
            let observed = (0..<statistics.batches).map {
                Double(values[$0 * statistics.channels + channel])
            }.filter(\.isFinite).sorted()
            let p = statistics.pValues[first / 2 * statistics.channels + channel]
            Self.chart(
                title, observed, mean: Double(statistics.fit[first * statistics.channels + channel]),
                deviation: Double(statistics.fit[(first + 1) * statistics.channels + channel]), p: Double(p)
            ).render(into: &buffer, in: place)
        }
    }

    private static func contradicted(_ statistics: ObservedStatistics) -> (mu: String, logSigma: String) {
        func percent(_ values: ArraySlice<Float>) -> String {
            NumberText.fixed(100 * Double(values.count { $0 < 0.05 }) / Double(values.count), decimals: 0)
        }
        return (
            percent(statistics.pValues.prefix(statistics.channels)),
            percent(statistics.pValues.dropFirst(statistics.channels))
        )
    }

    /// The outline of a histogram as a density, and the fitted one as a curve.
    private static func chart(
        _ title: String, _ observed: [Double], mean: Double, deviation: Double, p: Double
    ) -> LineChart {
        let low = min(observed.first ?? mean, mean - 4 * deviation)
        let high = max(observed.last ?? mean, mean + 4 * deviation)
        var chart = LineChart(title: title, lines: [])
        chart.subtitle = "p = \(NumberText.significant(p, digits: 2))"
        guard low.isFinite, high.isFinite, low < high, observed.count > 1 else { return chart }
        // Square root rule: few observations make few bars.
        let bins = max(4, min(40, Int(Double(observed.count).squareRoot())))
        let counts = HistogramBins(sorted: observed, range: low...high, bins: bins).counts
        let width = (high - low) / Double(bins)
        var (x, y): ([Double], [Double]) = ([low], [0])
        for (bin, count) in counts.enumerated() {
            let height = Double(count) / Double(observed.count) / width
            x += [low + Double(bin) * width, low + (Double(bin) + 0.999) * width]
            y += [height, height]
        }
        chart.lines.append(ChartLine("observed", SeriesPyramid(x: x + [high], y: y + [0]), colorIndex: 1))
        if deviation > 0 {
            let points = (0...200).map { low + (high - low) * Double($0) / 200 }
            let density = points.map { point in
                let z = (point - mean) / deviation
                return exp(-0.5 * z * z) / (deviation * (2 * Double.pi).squareRoot())
            }
            chart.lines.append(ChartLine("fitted", SeriesPyramid(x: points, y: density), colorIndex: 0))
            chart.focusedLine = 1
        }
        chart.yRange = .all
        return chart
    }
}
