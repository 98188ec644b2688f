// SPDX-License-Identifier: Apache-2.0
// How far draws in the plane are from their target: total variation over the cells of a grid.

import Chains
import Glibc

/// A grid over the picture of a target of the plane, with the exact probability of every cell.
struct GridDistance {
    /// Cells along each axis.
    static let cells = 40
    private let plane: PlaneTarget
    /// Probability of each cell by the midpoint rule on 8 x 8 points, `[y, x]`.
    let probabilities: [Double]

    /// Integrates the target over the cells.
    init(_ plane: PlaneTarget) {
        self.plane = plane
        let (fine, cells) = (8, Self.cells)
        let side = fine * cells
        let width = (plane.horizontal.upperBound - plane.horizontal.lowerBound) / Double(side)
        let height = (plane.vertical.upperBound - plane.vertical.lowerBound) / Double(side)
        var points: [Double] = []
        for index in 0..<(side * side) {
            points.append(plane.horizontal.lowerBound + (Double(index % side) + 0.5) * width)
            points.append(plane.vertical.lowerBound + (Double(index / side) + 0.5) * height)
        }
        var sums = [Double](repeating: 0, count: cells * cells)
        for (index, value) in plane.density.logDensity(points).enumerated() {
            let cell = index / side / fine * cells + index % side / fine
            sums[cell] += exp(value - plane.logNormalizer) * width * height
        }
        probabilities = sums
    }

    /// `1/2 sum |share - probability|` over the cells and what is outside of them, in [0, 1].
    ///
    /// Draws of the target itself are not at 0: with n independent ones the expectation is about
    /// `sum sqrt(p (1 - p) / (2 pi n))`.
    ///
    /// - Parameter draws: `[N, 2]`; NaN for none.
    func totalVariation(_ draws: [Double]) -> Double {
        var counts = [Int](repeating: 0, count: probabilities.count)
        let total = draws.count / 2
        for index in 0..<total {
            guard let column = Self.cell(draws[2 * index], plane.horizontal),
                let row = Self.cell(draws[2 * index + 1], plane.vertical)
            else { continue }
            counts[row * Self.cells + column] += 1
        }
        let outside = Double(total - counts.reduce(0, +)) / Double(total)
        let distance = zip(counts, probabilities).reduce(0) { $0 + abs(Double($1.0) / Double(total) - $1.1) }
        return 0.5 * (distance + abs(outside - (1 - probabilities.reduce(0, +))))
    }

    /// Share of the draws nearest to each mode, in the order of the target's modes; empty for targets without.
    func occupancy(_ draws: [Double]) -> [Double] {
        let modes = plane.modes
        guard !modes.isEmpty else { return [] }
        var counts = [Int](repeating: 0, count: modes.count / 2)
        for index in 0..<(draws.count / 2) {
            let distances = counts.indices.map { mode in
                let (x, y) = (draws[2 * index] - modes[2 * mode], draws[2 * index + 1] - modes[2 * mode + 1])
                return x * x + y * y
            }
            if let nearest = distances.indices.min(by: { distances[$0] < distances[$1] }) { counts[nearest] += 1 }
        }
        return counts.map { Double($0) / Double(draws.count / 2) }
    }

    private static func cell(_ value: Double, _ range: ClosedRange<Double>) -> Int? {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return share >= 0 && share < 1 ? Int(share * Double(cells)) : nil
    }
}
