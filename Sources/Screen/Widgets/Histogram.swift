// SPDX-License-Identifier: Apache-2.0
// How values are distributed, with a threshold between what stays and what goes.

/// Counts of values in bins of equal width.
public struct HistogramBins: Hashable, Sendable {
    /// Values per bin; the first and last bin also hold what lies outside of the range.
    public var counts: [Int]
    /// The range that the bins divide.
    public var range: ClosedRange<Double>

    /// Counts ascending values by binary search, so the cost does not depend on how many there are.
    ///
    /// - Parameters:
    ///   - sorted: values in ascending order, without NaN.
    ///   - range: where the bins lie.
    ///   - bins: how many; at least 1.
    /// - Complexity: O(bins · log count).
    public init(sorted: [Double], range: ClosedRange<Double>, bins: Int) {
        let count = max(1, bins)
        self.range = range
        let width = (range.upperBound - range.lowerBound) / Double(count)
        var (start, counts) = (0, [Int]())
        for bin in 0..<count {
            let end =
                bin == count - 1
                ? sorted.count
                : HistogramBins.lowerBound(sorted, from: start, range.lowerBound + Double(bin + 1) * width)
            counts.append(end - start)
            start = end
        }
        self.counts = counts
    }

    private static func lowerBound(_ sorted: [Double], from start: Int, _ value: Double) -> Int {
        var (low, high) = (start, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A histogram with axes and a threshold cursor; in areas of one or two rows a strip like `▁▃▇▅▂│▁▁▂`.
public struct Histogram: Widget {
    /// The values, ascending, without NaN.
    public var sorted: [Double]
    /// The visible range; `nil` shows everything.
    public var range: ClosedRange<Double>?
    /// The threshold; values below it are drawn pale unless `kept` says otherwise.
    public var threshold: Double?
    /// The values that stay, ascending, where that is not decided by the threshold; the others are drawn pale.
    public var kept: [Double]?
    /// Values that stand out, ascending: bars with any of them are drawn as a warning, as far up as their share.
    public var marked: [Double] = []
    /// The curve colour of the values from the threshold on.
    public var colorIndex: Int
    /// The heading; drawn from six rows on.
    public var title: String
    /// Whether heights are logarithms of counts, so that single values stay visible beside thousands.
    public var usesLogCounts: Bool

    /// Creates a histogram.
    ///
    /// - Parameter sorted: values in ascending order, without NaN.
    public init(
        sorted: [Double], range: ClosedRange<Double>? = nil, threshold: Double? = nil, colorIndex: Int = 0,
        title: String = "", usesLogCounts: Bool = false
    ) {
        self.sorted = sorted
        self.range = range
        self.threshold = threshold
        self.colorIndex = colorIndex
        self.title = title
        self.usesLogCounts = usesLogCounts
    }

    /// Draws strip or chart, by the height of the area.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let full = (sorted.first ?? 0)...(sorted.last ?? 1)
        let scale = ChartScale(range ?? full)
        if area.height <= 2 {
            drawStrip(on: &buffer, in: area, scale: scale)
            return
        }
        let (heading, rest) = area.splitTop(area.height >= 6 && !title.isEmpty ? 1 : 0)
        buffer.write(title, in: heading, style: Style(.title))
        let highest = bins(width: rest.width, scale: scale).counts.max() ?? 0
        let top = usesLogCounts ? max(10, Double(highest)) : Double(max(1, highest))
        let frame = ChartFrame(
            area: rest, x: scale,
            y: ChartScale(usesLogCounts ? 0.5...top : 0...top, kind: usesLogCounts ? .logarithmic : .linear))
        frame.draw(on: &buffer)
        drawBars(on: &buffer, in: frame.plot, scale: scale)
        if let threshold, let column = frame.column(threshold) {
            for row in frame.plot.rows {
                buffer.write("│", at: Position(row: row, column: column), style: Style(.focus))
            }
        }
    }

    /// At most two bins per value's cube root beyond a dozen, at most one per column: few values make wide bars.
    private func bins(width: Int, scale: ChartScale) -> HistogramBins {
        var wanted = 12
        while wanted * wanted < 4 * sorted.count && wanted < width { wanted += 4 }
        return HistogramBins(sorted: sorted, range: scale.range, bins: max(1, min(wanted, width)))
    }

    private func drawBars(on buffer: inout CellBuffer, in plot: Rectangle, scale: ChartScale) {
        guard !plot.isEmpty, !sorted.isEmpty else { return }
        let bins = bins(width: plot.width, scale: scale)
        let parts = Parts(self, range: scale.range, bins: bins.counts.count)
        let highest = bins.counts.max() ?? 0
        for column in 0..<plot.width {
            let bin = column * bins.counts.count / plot.width
            let eighths = height(bins.counts[bin], highest, of: plot.height * 8)
            let center = scale.value(at: (Double(column) + 0.5) / Double(plot.width))
            let levels = (eighths + 7) / 8
            for level in 0..<levels {
                let glyph = Eighths.vertical(eighths - level * 8, buffer.capabilities.glyphs)
                let role = parts.role(
                    bin, of: bins.counts[bin], at: level == 0 ? 0 : (Double(level) + 0.5) / Double(levels),
                    isBelow: threshold.map { center < $0 } ?? false)
                buffer.put(
                    Cell(glyph, style: Style(role)), row: plot.bottom - 1 - level, column: plot.left + column)
            }
        }
    }

    /// What the values of each bin are: marked at the bottom, then those that stay, then the others.
    private struct Parts {
        private let kept: [Int]?
        private let marked: [Int]
        private let colorIndex: Int

        init(_ histogram: Histogram, range: ClosedRange<Double>, bins: Int) {
            kept = histogram.kept.map { HistogramBins(sorted: $0, range: range, bins: bins).counts }
            marked =
                histogram.marked.isEmpty
                ? [] : HistogramBins(sorted: histogram.marked, range: range, bins: bins).counts
            colorIndex = histogram.colorIndex
        }

        /// The colour of a bar at a share of its height; its foot, at 0, shows whether any value is marked.
        func role(_ bin: Int, of count: Int, at share: Double, isBelow: Bool) -> Role {
            let place = share * Double(count)
            let marks = bin < marked.count ? marked[bin] : 0
            if place < Double(marks) { return .warning }
            guard let kept else { return isBelow ? .pale(colorIndex) : .series(colorIndex) }
            return place < Double(max(marks, kept[bin])) ? .series(colorIndex) : .pale(colorIndex)
        }
    }

    /// One bar per column in the last row, the threshold in a column of its own.
    private func drawStrip(on buffer: inout CellBuffer, in area: Rectangle, scale: ChartScale) {
        guard !area.isEmpty else { return }
        let row = area.bottom - 1
        let place = threshold.map { min(1, max(0, scale.fraction(of: $0))) }
        let bars = area.width - (place == nil ? 0 : 1)
        let cursor = place.map { Int(($0 * Double(bars)).rounded()) }
        let bins = HistogramBins(sorted: sorted, range: scale.range, bins: max(1, bars))
        let parts = Parts(self, range: scale.range, bins: bins.counts.count)
        let highest = bins.counts.max() ?? 0
        for bar in 0..<bars {
            let column = area.left + bar + ((cursor ?? bars) <= bar ? 1 : 0)
            let eighths = height(bins.counts[bar], highest, of: 7)
            let role = parts.role(bar, of: bins.counts[bar], at: 0, isBelow: cursor.map { bar < $0 } ?? false)
            buffer.put(
                Cell(Eighths.vertical(eighths, buffer.capabilities.glyphs), style: Style(role)), row: row,
                column: column)
        }
        if let cursor { buffer.write("│", at: Position(row: row, column: area.left + cursor), style: Style(.focus)) }
    }

    /// Eighths of a bar; what is counted at all is visible.
    private func height(_ count: Int, _ highest: Int, of total: Int) -> Int {
        guard count > 0, highest > 0 else { return 0 }
        guard usesLogCounts else { return max(1, Int((Double(count) / Double(highest) * Double(total)).rounded())) }
        let scale = ChartScale(0.5...max(10, Double(highest)), kind: .logarithmic)
        return max(1, Int((scale.fraction(of: Double(count)) * Double(total)).rounded()))
    }
}
