// SPDX-License-Identifier: Apache-2.0
// How far draws in the plane are from their target: total variation over the cells of a grid.

import EngineKit
import Glibc

/// A part of the plane with the probability of its target in each of 40 x 40 cells.
struct PlaneDistance: Sendable {
    /// Cells along each axis, as in the metric `sample/totalVariation`.
    private static let cells = 40

    private let plane: TargetDescription.Plane
    private let probabilities: [Double]

    /// The probabilities by the midpoint rule on the grid of the description.
    ///
    /// `nil` unless the target is one of the plane, its integral is known and the grid divides into the cells.
    init?(_ target: TargetDescription?) {
        guard let target, let plane = target.plane, let logNormalizer = plane.logNormalizer, logNormalizer.isFinite,
            plane.columns.isMultiple(of: Self.cells), plane.rows.isMultiple(of: Self.cells), plane.columns > 0,
            plane.rows > 0, target.logDensity.count == plane.columns * plane.rows
        else { return nil }
        let area =
            (plane.right - plane.left) / Double(plane.columns) * (plane.top - plane.bottom) / Double(plane.rows)
        let (across, down) = (plane.columns / Self.cells, plane.rows / Self.cells)
        var sums = [Double](repeating: 0, count: Self.cells * Self.cells)
        for (index, value) in target.logDensity.enumerated() {
            let cell = index / plane.columns / down * Self.cells + index % plane.columns / across
            sums[cell] += exp(Double(value) - logNormalizer) * area
        }
        guard sums.allSatisfy(\.isFinite) else { return nil }
        self.plane = plane
        probabilities = sums
    }

    /// `1/2 sum |share - probability|` over the cells and what is outside of them, in [0, 1]; `nil` without points.
    ///
    /// Points that are not finite lie outside.
    func totalVariation(x: [Double], y: [Double]) -> Double? {
        guard !x.isEmpty, x.count == y.count else { return nil }
        var counts = [Int](repeating: 0, count: probabilities.count)
        for (x, y) in zip(x, y) {
            guard let column = Self.cell(x, plane.left, plane.right), let row = Self.cell(y, plane.bottom, plane.top)
            else { continue }
            counts[row * Self.cells + column] += 1
        }
        let total = Double(x.count)
        let outside = (total - Double(counts.reduce(0, +))) / total
        let distance = zip(counts, probabilities).reduce(0) { $0 + abs(Double($1.0) / total - $1.1) }
        return 0.5 * (distance + abs(outside - (1 - probabilities.reduce(0, +))))
    }

    private static func cell(_ value: Double, _ low: Double, _ high: Double) -> Int? {
        let share = (value - low) / (high - low)
        return share >= 0 && share < 1 ? Int(share * Double(cells)) : nil
    }
}
