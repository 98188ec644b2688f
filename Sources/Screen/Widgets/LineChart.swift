// SPDX-License-Identifier: Apache-2.0
// Curves over a common x axis: what a line chart shows. How it is drawn is in the other files of this type.

/// One curve of a line chart.
public struct ChartLine: Sendable {
    /// The name in the legend.
    public var name: String
    /// All points.
    public var points: SeriesPyramid
    /// Smoothed values of the same points; then the raw curve is drawn pale behind them.
    public var smoothed: SmoothedSeries?
    /// Which curve colour and pattern it has, see `Role.series(_:)`.
    public var colorIndex: Int
    /// The line pattern; `nil` chooses by the colours at hand.
    public var pattern: LinePattern?
    /// Whether it is in the legend.
    public var isListed: Bool

    /// Creates a curve.
    public init(
        _ name: String, _ points: SeriesPyramid, smoothed: SmoothedSeries? = nil, colorIndex: Int = 0,
        pattern: LinePattern? = nil, isListed: Bool = true
    ) {
        self.name = name
        self.points = points
        self.smoothed = smoothed
        self.colorIndex = colorIndex
        self.pattern = pattern
        self.isListed = isListed
    }
}

/// A shaded range around a curve, such as quartiles over seeds.
public struct ChartBand: Sendable {
    /// The lower edge.
    public var lower: SeriesPyramid
    /// The upper edge.
    public var upper: SeriesPyramid
    /// The curve whose pale colour it has.
    public var colorIndex: Int

    /// Creates a band.
    public init(lower: SeriesPyramid, upper: SeriesPyramid, colorIndex: Int = 0) {
        self.lower = lower
        self.upper = upper
        self.colorIndex = colorIndex
    }
}

/// A straight line at one value, with a short label.
public struct ChartReference: Sendable {
    /// Which way it runs.
    public enum Direction: Sendable {
        /// At a y value, from left to right.
        case horizontal
        /// At an x value, from top to bottom.
        case vertical
    }

    /// Which way it runs.
    public var direction: Direction
    /// The value.
    public var value: Double
    /// The label; may be empty.
    public var label: String
    /// Its meaning.
    public var role: Role

    /// Creates a reference line.
    public init(_ direction: Direction, at value: Double, label: String = "", role: Role = .dim) {
        self.direction = direction
        self.value = value
        self.label = label
        self.role = role
    }
}

/// A single point that stands out, such as a finished evaluation or the moving dot on a trade-off curve.
public struct ChartMarker: Sendable {
    /// Where it lies along x.
    public var x: Double
    /// Where it lies along y.
    public var y: Double
    /// The character that shows it, of width 1.
    public var glyph: Unicode.Scalar
    /// Its meaning.
    public var role: Role

    /// Creates a marker.
    public init(x: Double, y: Double, glyph: Unicode.Scalar = "●", role: Role = .focus) {
        self.x = x
        self.y = y
        self.glyph = glyph
        self.role = role
    }
}

/// How the y range is chosen.
public enum YRange: Hashable, Sendable {
    /// Everything in the visible part of the curves.
    case all
    /// Without far outliers, per curve; what is clipped is marked by arrows.
    case robust
    /// As given.
    case fixed(ClosedRange<Double>)
}

/// Several curves with axes, legend, reference lines, bands and a crosshair.
public struct LineChart: Widget {
    /// The heading.
    public var title: String
    /// Additional heading in a fainter look, such as a unit or a smoothing weight.
    public var subtitle = ""
    /// The curves; later ones are drawn over earlier ones of the same rank.
    public var lines: [ChartLine]
    /// Shaded ranges behind the curves.
    public var bands: [ChartBand] = []
    /// Straight lines.
    public var references: [ChartReference] = []
    /// Single points above the curves.
    public var markers: [ChartMarker] = []
    /// The visible x range; `nil` shows everything.
    public var xWindow: ClosedRange<Double>?
    /// How the y range is chosen.
    public var yRange: YRange = .robust
    /// Spacing of the y axis.
    public var yScale: ScaleKind = .linear
    /// Spacing of the x axis.
    public var xScale: ScaleKind = .linear
    /// How x values are written.
    public var xFormat: AxisFormat = .number
    /// What x counts, such as `step`.
    public var xName = ""
    /// The x value that the crosshair reads; `nil` shows none.
    public var crosshair: Double?
    /// The curve drawn on top of all others, by position in `lines`.
    public var focusedLine: Int?
    /// Whether names (and values at the crosshair) are listed in the heading.
    public var showsLegend = true
    /// Whether axes are drawn where there is room.
    public var showsAxes = true

    /// Creates a chart.
    public init(title: String = "", lines: [ChartLine]) {
        self.title = title
        self.lines = lines
    }

    /// The visible x range: the window, else the range of all points, else `nil`.
    public var visibleX: ClosedRange<Double>? {
        if let xWindow, xWindow.lowerBound.isFinite, xWindow.upperBound.isFinite { return xWindow }
        let ranges =
            lines.compactMap(\.points.xRange) + bands.compactMap(\.lower.xRange)
            + markers.filter(\.x.isFinite).map { $0.x...$0.x }
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { return nil }
        return low...high
    }

    /// The visible y range for an x range, before it is widened for a margin; `nil` without finite values.
    public func visibleY(in window: ClosedRange<Double>) -> ClosedRange<Double>? {
        if case .fixed(let range) = yRange { return range }
        var ranges = lines.compactMap { line -> ClosedRange<Double>? in
            let range = yRange == .robust ? line.points.robustRange(in: window) : line.points.yRange(in: window)
            guard let range, yScale == .logarithmic, range.lowerBound <= 0 else { return range }
            // Zero and less have no place on this axis: it starts at the smallest positive value instead.
            guard let floor = line.points.positiveFloor(in: window), floor <= range.upperBound else { return nil }
            return floor...range.upperBound
        }
        for band in bands {
            ranges += [band.lower.yRange(in: window), band.upper.yRange(in: window)].compactMap { $0 }
        }
        if yScale == .logarithmic {
            // Bands and markers may still be there with a lower edge at zero.
            ranges = ranges.filter { $0.upperBound > 0 }.map { range in
                range.lowerBound > 0 ? range : range.upperBound / 1e4...range.upperBound
            }
        }
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { return nil }
        return low...high
    }

    /// The x value under a column of the chart's area, for clicks and keyboard cursors; `nil` beside the plot.
    public func x(atColumn column: Int, in area: Rectangle) -> Double? {
        guard let layout = layout(in: area), layout.frame.plot.columns.contains(column) else { return nil }
        let place = (Double(column - layout.frame.plot.left) + 0.5) / Double(layout.frame.plot.width)
        return layout.frame.x.value(at: place)
    }
}
