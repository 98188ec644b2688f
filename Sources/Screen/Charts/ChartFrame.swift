// SPDX-License-Identifier: Apache-2.0
// The axes around a plot: how much room they need, and how they are drawn.

/// How the values of an axis are written.
public enum AxisFormat: Hashable, Sendable {
    /// Plain numbers.
    case number
    /// Seconds since a start.
    case elapsed
    /// Seconds since 1970, as time of day this many seconds east of Greenwich.
    case clock(offset: Int)

    /// Ticks over a scale in this format.
    func ticks(_ scale: ChartScale, target: Int) -> AxisTicks {
        switch self {
        case .number: return scale.ticks(target: target)
        case .elapsed: return AxisTicks.elapsed(scale.range, target: target).within(scale.range)
        case .clock(let offset):
            return AxisTicks.clock(scale.range, target: target, offset: offset).within(scale.range)
        }
    }
}

/// A plot area with the axes that fit around it.
struct ChartFrame {
    /// The cells for the curves.
    let plot: Rectangle
    let x: ChartScale
    let y: ChartScale
    let xTicks: AxisTicks
    let yTicks: AxisTicks
    private let area: Rectangle
    private let hasXAxis: Bool
    private let hasYAxis: Bool

    /// Lays out axes within `area`.
    ///
    /// The x axis takes two rows and is left out below 5 rows; the y axis takes its widest label and a line and is
    /// left out where fewer than 12 columns would remain.
    init(area: Rectangle, x: ChartScale, y: ChartScale, xFormat: AxisFormat = .number, showsAxes: Bool = true) {
        self.area = area
        self.x = x
        self.y = y
        let needsXAxis = showsAxes && area.height >= 5
        hasXAxis = needsXAxis
        let plotHeight = area.height - (needsXAxis ? 2 : 0)
        // A label every third row at most, every fifth row in tall charts.
        let spacing = y.kind == .logarithmic ? 2 : 3
        let fewest = plotHeight >= 5 ? 3 : 2
        let yTicks = y.ticks(target: max(fewest, min(plotHeight / spacing, 4 + plotHeight / 10)))
        let labelWidth = yTicks.ticks.map { SafeText.columns(of: $0.label) }.max() ?? 0
        let needsYAxis = showsAxes && area.width - labelWidth - 1 >= 12 && plotHeight >= 2
        hasYAxis = needsYAxis
        self.yTicks = needsYAxis ? yTicks : AxisTicks([])
        plot = Rectangle(
            top: area.top, left: area.left + (needsYAxis ? labelWidth + 1 : 0), height: plotHeight,
            width: area.width - (needsYAxis ? labelWidth + 1 : 0))
        xTicks = needsXAxis ? xFormat.ticks(x, target: max(2, plot.width / 10)) : AxisTicks([])
    }

    /// The column of an x value, or `nil` outside of the plot.
    func column(_ value: Double) -> Int? { place(x.fraction(of: value), plot.width).map { plot.left + $0 } }

    /// The row of a y value, or `nil` outside of the plot.
    func row(_ value: Double) -> Int? { place(1 - y.fraction(of: value), plot.height).map { plot.top + $0 } }

    private func place(_ fraction: Double, _ count: Int) -> Int? {
        guard count > 0, fraction > -1e-9, fraction < 1 + 1e-9 else { return nil }
        return min(count - 1, max(0, Int(fraction * Double(count))))
    }

    /// Draws lines, ticks and labels; labels that would touch a neighbour are left out.
    ///
    /// - Parameter reserved: columns of the label row that are needed for something else.
    func draw(on buffer: inout CellBuffer, reserved: Range<Int> = 0..<0) {
        if hasYAxis { drawYAxis(on: &buffer) }
        if hasXAxis { drawXAxis(on: &buffer, reserved: reserved) }
    }

    /// Draws sparse faint dots through the plot at the ticks of the y axis.
    func drawGrid(on buffer: inout CellBuffer) {
        guard buffer.capabilities.colors >= .indexed, hasYAxis else { return }
        for tick in yTicks.ticks {
            guard let row = row(tick.value) else { continue }
            for column in stride(from: plot.left + 3, to: plot.right, by: 4) {
                buffer.write("·", at: Position(row: row, column: column), style: Style(.faint))
            }
        }
    }

    private func drawYAxis(on buffer: inout CellBuffer) {
        let axis = plot.left - 1
        for row in plot.rows {
            buffer.write("│", at: Position(row: row, column: axis), style: Style(.border))
        }
        var lastRow = Int.max
        for tick in yTicks.ticks {
            guard let row = row(tick.value), row != lastRow else { continue }
            lastRow = row
            let label = text(tick.label, buffer)
            let place = Rectangle(top: row, left: area.left, height: 1, width: axis - area.left)
            buffer.write(label, in: place, style: Style(.axis), alignment: .right)
            buffer.write("┤", at: Position(row: row, column: axis), style: Style(.border))
        }
    }

    private func drawXAxis(on buffer: inout CellBuffer, reserved: Range<Int>) {
        let line = plot.bottom
        if hasYAxis { buffer.write("└", at: Position(row: line, column: plot.left - 1), style: Style(.border)) }
        for column in plot.columns {
            buffer.write("─", at: Position(row: line, column: column), style: Style(.border))
        }
        var free = area.left
        for tick in xTicks.ticks {
            guard let column = column(tick.value) else { continue }
            buffer.write("┬", at: Position(row: line, column: column), style: Style(.border))
            let label = text(tick.label, buffer)
            let width = SafeText.columns(of: label)
            let start = min(max(area.left, column - (width - 1) / 2), area.right - width)
            guard start >= free, width > 0, !(start..<start + width).overlaps(reserved) else { continue }
            buffer.write(label, at: Position(row: line + 1, column: start), style: Style(.axis))
            free = start + width + 2
        }
        if !xTicks.factor.isEmpty {
            let factor = text(xTicks.factor, buffer)
            let start = area.right - SafeText.columns(of: factor)
            if start >= free && !(start..<area.right).overlaps(reserved) {
                buffer.write(factor, at: Position(row: line + 1, column: start), style: Style(.dim))
            }
        }
    }

    /// Room for the name of the x axis at the end of the label row, if nothing stands there.
    func drawXName(_ name: String, on buffer: inout CellBuffer) {
        guard hasXAxis, !name.isEmpty else { return }
        let width = SafeText.columns(of: name)
        let start = area.right - width
        let row = plot.bottom + 1
        guard start > plot.left,
            (start - 2..<area.right).allSatisfy({ buffer[row, $0].base == " " })
        else { return }
        buffer.write(name, at: Position(row: row, column: start), style: Style(.dim))
    }

    private func text(_ label: String, _ buffer: CellBuffer) -> String {
        buffer.capabilities.glyphs == .ascii ? SevenBit.spellingPowers(label) : label
    }
}
