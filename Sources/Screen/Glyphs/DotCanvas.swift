// SPDX-License-Identifier: Apache-2.0
// Curves on a grid of dots, several dots per cell, with one colour per cell chosen so that no curve hides another.

/// How a curve's dots are spaced, so that curves differ without colours.
public enum LinePattern: Int, CaseIterable, Sendable {
    /// Every dot.
    case solid
    /// Four dots on, three off.
    case dashed
    /// Every third dot.
    case dotted
    /// A long dash and a dot.
    case dashDotted

    /// Whether dot column `dot` belongs to the pattern.
    @inline(__always)
    func draws(_ dot: Int) -> Bool {
        switch self {
        case .solid: return true
        case .dashed: return dot % 7 < 4
        case .dotted: return dot % 3 == 0
        case .dashDotted: return dot % 9 < 5 || dot % 9 == 7
        }
    }

    /// The letter of curve `index` on terminals with seven-bit glyphs.
    public static func letter(_ index: Int) -> Unicode.Scalar {
        let letters: [Unicode.Scalar] = ["*", "+", "o", "x", "#", "@", "%", "="]
        return letters[(index % letters.count + letters.count) % letters.count]
    }

    /// The pattern of curve `index`: solid while colours tell curves apart, else each its own.
    public static func series(_ index: Int, colors: ColorTier) -> LinePattern {
        let all = LinePattern.allCases
        switch colors {
        case .mono: return all[index % all.count]
        case .sixteen: return all[index / 4 % all.count]
        case .indexed, .direct: return all[index / Role.seriesCount % all.count]
        }
    }
}

/// A grid of dots over an area of cells, in layers; each layer is one curve.
///
/// Dot (0, 0) is the top left one. In each cell the layers of the highest rank present are shown, in the colour of
/// the layer with most dots there; so a focused or smoothed curve stays clean above the rest.
public struct DotCanvas {
    /// A curve's dots.
    private struct Layer {
        var style: Style
        var rank: Int
        var pattern: LinePattern
        var letter: Unicode.Scalar
        var cells: [UInt8]
    }

    /// Cell rows.
    public let height: Int
    /// Cell columns.
    public let width: Int
    /// The glyph set that decides on dots per cell.
    public let glyphs: GlyphTier
    private let dotsAcross: Int
    private let dotsDown: Int
    private var layers: [Layer] = []

    /// Creates an empty canvas over `height` times `width` cells.
    public init(height: Int, width: Int, glyphs: GlyphTier) {
        self.height = max(0, height)
        self.width = max(0, width)
        self.glyphs = glyphs
        dotsAcross = glyphs.dotsAcross
        dotsDown = glyphs.dotsDown
    }

    /// Dot columns.
    public var dotWidth: Int { width * dotsAcross }
    /// Dot rows.
    public var dotHeight: Int { height * dotsDown }

    /// Starts a layer and returns its number.
    ///
    /// Higher ranks hide lower ones cell by cell.
    /// - Parameter letter: what shows the layer's dots on terminals with seven-bit glyphs.
    public mutating func addLayer(
        style: Style, rank: Int = 0, pattern: LinePattern = .solid, letter: Unicode.Scalar = "*"
    ) -> Int {
        layers.append(
            Layer(
                style: style, rank: rank, pattern: pattern, letter: letter,
                cells: [UInt8](repeating: 0, count: height * width)))
        return layers.count - 1
    }

    /// Sets one dot; outside of the canvas nothing happens.
    @inline(__always)
    public mutating func dot(x: Int, y: Int, layer: Int) {
        guard x >= 0, x < dotWidth, y >= 0, y < dotHeight, layers[layer].pattern.draws(x) else { return }
        let (column, row) = (x / dotsAcross, y / dotsDown)
        layers[layer].cells[row * width + column] |=
            1 << UInt8((y - row * dotsDown) * dotsAcross + x - column * dotsAcross)
    }

    /// Sets all dots of column `x` between two continuous heights; only what lies on the canvas.
    ///
    /// Heights count dots from the top; dot `y` covers `[y, y + 1)`.
    public mutating func vertical(x: Int, from first: Double, to second: Double, layer: Int) {
        let (top, bottom) = (min(first, second), max(first, second))
        guard bottom >= 0, top < Double(dotHeight) else { return }
        guard x >= 0, x < dotWidth, layers[layer].pattern.draws(x) else { return }
        let firstDot = Int(max(0, top))
        let lastDot = max(firstDot, min(dotHeight - 1, Int(min(bottom, Double(dotHeight)))))
        // Whole cells at a time: all dots of this column from the first to the last one.
        let column = x / dotsAcross
        let shift = x - column * dotsAcross
        let (firstRow, lastRow) = (firstDot / dotsDown, lastDot / dotsDown)
        for row in firstRow...lastRow {
            let from = row == firstRow ? firstDot - row * dotsDown : 0
            let to = row == lastRow ? lastDot - row * dotsDown : dotsDown - 1
            var mask: UInt8 = 0
            for dot in from...to { mask |= 1 << UInt8(dot * dotsAcross + shift) }
            layers[layer].cells[row * width + column] |= mask
        }
    }

    /// Draws a straight line between two dots given by column and continuous height.
    ///
    /// The line is clipped before it is rasterised (Liang and Barsky), so far ends cost nothing, and then drawn by
    /// Bresenham's algorithm.
    public mutating func line(
        fromX startX: Double, y startY: Double, toX endX: Double, y endY: Double, layer: Int
    ) {
        guard dotWidth > 0, dotHeight > 0, startX.isFinite, startY.isFinite, endX.isFinite, endY.isFinite else {
            return
        }
        let (deltaX, deltaY) = (endX - startX, endY - startY)
        var (enter, leave) = (0.0, 1.0)
        // The right and bottom limits are the last representable place inside the last dot.
        let limits = [
            (-deltaX, startX), (deltaX, Double(dotWidth).nextDown - startX), (-deltaY, startY),
            (deltaY, Double(dotHeight).nextDown - startY),
        ]
        for (direction, distance) in limits {
            if direction == 0 {
                if distance < 0 { return }
            } else if direction < 0 {
                enter = max(enter, distance / direction)
            } else {
                leave = min(leave, distance / direction)
            }
        }
        guard enter <= leave else { return }
        func cell(_ value: Double, _ count: Int) -> Int { min(count - 1, max(0, Int(value))) }
        bresenham(
            cell(startX + enter * deltaX, dotWidth), cell(startY + enter * deltaY, dotHeight),
            cell(startX + leave * deltaX, dotWidth), cell(startY + leave * deltaY, dotHeight), layer)
    }

    private mutating func bresenham(_ startX: Int, _ startY: Int, _ endX: Int, _ endY: Int, _ layer: Int) {
        let (deltaX, deltaY) = (abs(endX - startX), -abs(endY - startY))
        let (stepX, stepY) = (startX < endX ? 1 : -1, startY < endY ? 1 : -1)
        var (x, y, error) = (startX, startY, deltaX + deltaY)
        while true {
            dot(x: x, y: y, layer: layer)
            if x == endX && y == endY { return }
            let doubled = 2 * error
            if doubled >= deltaY {
                error += deltaY
                x += stepX
            }
            if doubled <= deltaX {
                error += deltaX
                y += stepY
            }
        }
    }

    /// Puts the cells that have dots onto a buffer, with the canvas' top left cell at `origin`.
    public func draw(on buffer: inout CellBuffer, at origin: Position) {
        for row in 0..<height {
            for column in 0..<width {
                if let cell = cell(row: row, column: column) {
                    buffer.put(cell, row: origin.row + row, column: origin.column + column)
                }
            }
        }
    }

    /// The dots of one layer in a cell, as bits row by row from the top left; for tests and counting.
    public func bits(row: Int, column: Int, layer: Int) -> UInt8 { layers[layer].cells[row * width + column] }

    private func cell(row: Int, column: Int) -> Cell? {
        let index = row * width + column
        var rank = Int.min
        for layer in layers where layer.cells[index] != 0 { rank = max(rank, layer.rank) }
        guard rank > Int.min else { return nil }
        var bits: UInt8 = 0
        var (most, style) = (0, Style.plain)
        var letter: Unicode.Scalar = "*"
        for layer in layers where layer.rank == rank && layer.cells[index] != 0 {
            bits |= layer.cells[index]
            let count = layer.cells[index].nonzeroBitCount
            if count > most { (most, style, letter) = (count, layer.style, layer.letter) }
        }
        return Cell(glyphs == .ascii ? letter : DotGlyphs.glyph(bits, glyphs), style: style)
    }
}
