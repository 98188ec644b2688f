// SPDX-License-Identifier: Apache-2.0
// Divides an area into rows or columns by constraints; parts never overlap and never leave the area.

/// How long one part of a divided area should be, in cells.
public enum Constraint: Hashable, Sendable {
    /// Exactly this many cells, fewer only when the area is too small.
    case fixed(Int)
    /// At least this many cells, and a share of what is left over like `fraction(1)`.
    case minimum(Int)
    /// A share of what the others leave, proportional to the weight.
    case fraction(Double)
}

extension Rectangle {
    /// Divides the area into columns, left to right.
    ///
    /// Cells are given in this order: fixed and minimum lengths from the left until the area is used up; the rest in
    /// proportion to the weights, rounded so that the parts add up exactly. Without weights the rest stays unused.
    /// - Parameter gap: empty columns between the parts.
    public func columns(_ constraints: [Constraint], gap: Int = 0) -> [Rectangle] {
        var start = left
        return lengths(constraints, total: width, gap: gap).map { length in
            let part = Rectangle(top: top, left: min(start, right), height: height, width: min(length, right - start))
            start += length + gap
            return part
        }
    }

    /// Divides the area into rows, top to bottom; the rules are those of `columns(_:gap:)`.
    public func rows(_ constraints: [Constraint], gap: Int = 0) -> [Rectangle] {
        var start = top
        return lengths(constraints, total: height, gap: gap).map { length in
            let part = Rectangle(top: min(start, bottom), left: left, height: min(length, bottom - start), width: width)
            start += length + gap
            return part
        }
    }

    /// A grid of equal parts, row by row; remaining cells widen the first parts.
    public func grid(rows rowCount: Int, columns columnCount: Int, gap: Int = 0) -> [Rectangle] {
        let rowConstraints = [Constraint](repeating: .fraction(1), count: max(0, rowCount))
        let columnConstraints = [Constraint](repeating: .fraction(1), count: max(0, columnCount))
        return rows(rowConstraints, gap: gap).flatMap { $0.columns(columnConstraints, gap: gap) }
    }

    private func lengths(_ constraints: [Constraint], total: Int, gap: Int) -> [Int] {
        var free = max(0, total - max(0, constraints.count - 1) * gap)
        var weights = [Double](repeating: 0, count: constraints.count)
        var result = [Int](repeating: 0, count: constraints.count)
        for (index, constraint) in constraints.enumerated() {
            switch constraint {
            case .fixed(let cells), .minimum(let cells):
                result[index] = min(free, max(0, cells))
                free -= result[index]
                if case .minimum = constraint { weights[index] = 1 }
            case .fraction(let weight):
                weights[index] = weight.isFinite ? max(0, weight) : 0
            }
        }
        // Cumulative rounding: each part ends where its exact end rounds to, so the lengths add up to `free`.
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return result }
        var (reached, given) = (0.0, 0)
        for index in constraints.indices {
            reached += weights[index]
            let end = Int((Double(free) * min(1, reached / sum)).rounded())
            result[index] += end - given
            given = end
        }
        return result
    }
}
