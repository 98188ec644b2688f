// SPDX-License-Identifier: Apache-2.0
// The units of one layer at a glance: how strong each one is, and which of them survive.

/// One cell group per unit, in reading order: brightness is the score, survivors stand in brackets where there is room.
///
/// Squares are units that nobody argues about; marked ones are diamonds, filled for survivors.
public struct UnitMap: Widget {
    /// One score per unit.
    public var scores: [Double]
    /// Whether each unit survives; missing entries do not.
    public var survives: [Bool]
    /// The scores at the ends of the ramp; `nil` takes the smallest and the largest.
    public var range: ClosedRange<Double>?
    /// The unit under the cursor.
    public var selected: Int?
    /// Whether each unit stands out; missing entries do not.
    public var marked: [Bool] = []

    /// Creates a map.
    public init(scores: [Double], survives: [Bool], range: ClosedRange<Double>? = nil, selected: Int? = nil) {
        self.scores = scores
        self.survives = survives
        self.range = range
        self.selected = selected
    }

    /// Columns that a unit takes in an area: 3 with brackets where all units fit so, else 1.
    public func columnsPerUnit(in area: Rectangle) -> Int {
        let across = area.width / 3
        return across > 0 && (scores.count + across - 1) / max(1, across) <= area.height ? 3 : 1
    }

    /// The unit at a position of the area, for clicks; `nil` where there is none.
    public func unit(at position: Position, in area: Rectangle) -> Int? {
        let size = columnsPerUnit(in: area)
        let across = area.width / size
        guard area.contains(position), across > 0, (position.column - area.left) / size < across else { return nil }
        let index = (position.row - area.top) * across + (position.column - area.left) / size
        return index < scores.count ? index : nil
    }

    /// Draws the units; when not all fit, the last cell is an ellipsis.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let size = columnsPerUnit(in: area)
        let across = area.width / size
        guard across > 0, area.height > 0 else { return }
        let range = range ?? HeatMap.range(scores)
        for (index, score) in scores.prefix(across * area.height).enumerated() {
            let isAlive = index < survives.count && survives[index]
            let isSelected = index == selected
            let isMarked = index < marked.count && marked[index]
            let row = area.top + index / across
            let column = area.left + index % across * size
            buffer.put(
                cell(
                    score, in: range, isAlive: isAlive, isMarked: isMarked, isSelected: isSelected, buffer.capabilities),
                row: row, column: column + (size == 3 ? 1 : 0))
            guard size == 3 else { continue }
            let style = Style(isSelected ? .selection : isMarked ? .warning : .good)
            let (left, right) = isAlive ? ("[", "]") : isSelected ? ("‹", "›") : (" ", " ")
            buffer.write(left, at: Position(row: row, column: column), style: style)
            buffer.write(right, at: Position(row: row, column: column + 2), style: style)
        }
        if scores.count > across * area.height {
            buffer.write(
                "…", at: Position(row: area.bottom - 1, column: area.left + (across - 1) * size), style: Style(.dim))
        }
    }

    private func cell(
        _ score: Double, in range: ClosedRange<Double>, isAlive: Bool, isMarked: Bool, isSelected: Bool,
        _ capabilities: Capabilities
    ) -> Cell {
        let fraction = Shade.fraction(score, in: range)
        let hasColors = capabilities.colors >= .indexed
        // The lowest steps of the ramp fade into the background; every unit should be seen.
        let isSevenBit = capabilities.glyphs == .ascii
        guard !score.isNaN else { return Cell(isSevenBit ? "x" : "×", style: Style(.bad)) }
        if isMarked {
            let glyph: Unicode.Scalar = isAlive ? (isSevenBit ? "@" : "◆") : (isSevenBit ? "o" : "◇")
            return Cell(
                glyph,
                style: Style(foreground: .role(.warning), background: isSelected ? .role(.selection) : .inherited))
        }
        let ink: Ink = .role(hasColors ? .heat(fraction: 0.3 + 0.7 * fraction) : isAlive ? .good : .dim)
        let style = Style(foreground: ink, background: isSelected ? .role(.selection) : .inherited)
        if hasColors { return Cell(isAlive ? (isSevenBit ? "#" : "■") : (isSevenBit ? "." : "▪"), style: style) }
        let dense = Shade.glyph(0.2 + 0.8 * fraction, capabilities.glyphs)
        return Cell(isAlive ? dense : (isSevenBit ? "." : "·"), style: style)
    }
}
