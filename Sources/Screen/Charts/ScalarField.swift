// SPDX-License-Identifier: Apache-2.0
// A function of two variables on a grid, and where its contour lines run.

/// Values of a function on a regular grid over a rectangle of the plane.
public struct ScalarField: Hashable, Sendable {
    /// Grid points along x.
    public let columns: Int
    /// Grid points along y.
    public let rows: Int
    /// Values row by row; row 0 has the smallest y, column 0 the smallest x.
    public let values: [Double]

    /// Creates a field from values.
    ///
    /// - Precondition: there are `columns * rows` values.
    public init(columns: Int, rows: Int, values: [Double]) {
        precondition(columns >= 0 && rows >= 0 && values.count == columns * rows, "values must fill the grid")
        self.columns = columns
        self.rows = rows
        self.values = values
    }

    /// Samples a function at grid points that include the ends of both ranges.
    public init(
        columns: Int, rows: Int, x: ClosedRange<Double>, y: ClosedRange<Double>,
        _ function: (_ x: Double, _ y: Double) -> Double
    ) {
        func place(_ index: Int, _ count: Int, _ range: ClosedRange<Double>) -> Double {
            range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / Double(max(1, count - 1))
        }
        self.init(
            columns: columns, rows: rows,
            values: (0..<max(0, rows) * max(0, columns)).map { index in
                function(place(index % columns, columns, x), place(index / columns, rows, y))
            })
    }

    /// The value between grid points, both coordinates as fractions in [0, 1]; NaN for an empty grid.
    func value(atX x: Double, y: Double) -> Double {
        guard columns > 0, rows > 0 else { return .nan }
        let (left, right, acrossShare) = ScalarField.neighbours(x, columns)
        let (below, above, upShare) = ScalarField.neighbours(y, rows)
        let lower = values[below * columns + left] * (1 - acrossShare) + values[below * columns + right] * acrossShare
        let upper = values[above * columns + left] * (1 - acrossShare) + values[above * columns + right] * acrossShare
        return lower * (1 - upShare) + upper * upShare
    }

    private static func neighbours(_ fraction: Double, _ count: Int) -> (Int, Int, Double) {
        let place = min(1, max(0, fraction)) * Double(count - 1)
        let first = min(count - 1, Int(place))
        return (first, min(count - 1, first + 1), place - Double(first))
    }

    /// Sets the dots of a canvas at which the field crosses one of the levels.
    func drawContours(at levels: [Double], into canvas: inout DotCanvas, layer: Int) {
        guard columns > 0, rows > 0, canvas.dotWidth > 1, canvas.dotHeight > 1 else { return }
        func step(_ column: Int, _ row: Int) -> Int {
            let value = value(
                atX: Double(column) / Double(canvas.dotWidth - 1), y: 1 - Double(row) / Double(canvas.dotHeight - 1))
            return levels.reduce(0) { $0 + (value >= $1 ? 1 : 0) }
        }
        var above = (0..<canvas.dotWidth).map { step($0, 0) }
        for row in 0..<canvas.dotHeight - 1 {
            let below = (0..<canvas.dotWidth).map { step($0, row + 1) }
            for column in 0..<canvas.dotWidth {
                // A dot belongs to the line when it is inside and a neighbour is not, so lines are one dot thick.
                let right = column + 1 < canvas.dotWidth ? above[column + 1] : above[column]
                if above[column] != below[column] || above[column] != right {
                    canvas.dot(x: column, y: row, layer: layer)
                }
            }
            above = below
        }
    }
}
