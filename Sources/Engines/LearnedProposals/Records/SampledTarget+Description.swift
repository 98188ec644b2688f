// SPDX-License-Identifier: Apache-2.0
// What a screen is told of a target before it is sampled: names, and its height where that can be drawn.

import Chains
import EngineKit

extension SampledTarget {
    /// Points of the grid along each axis; a screen has about twice as many dots.
    private static let gridSide = 80
    /// Standard deviations to either side of the start that are drawn where nobody has chosen a picture.
    private static let deviations = 4.0

    /// The description of the target.
    ///
    /// - Parameter start: where the proposal begins, from which the visible part of a target without its own follows.
    func description(_ start: ProposalStart) -> TargetDescription {
        var description = TargetDescription(step: 0, name: name, coordinates: coordinates)
        guard dimension == 2, let (horizontal, vertical) = visiblePart(start) else { return description }
        let side = Self.gridSide
        func place(_ index: Int, _ range: ClosedRange<Double>) -> Double {
            range.lowerBound + (range.upperBound - range.lowerBound) * (Double(index) + 0.5) / Double(side)
        }
        var points: [Double] = []
        points.reserveCapacity(2 * side * side)
        for row in 0..<side {
            for column in 0..<side { points += [place(column, horizontal), place(row, vertical)] }
        }
        description.plane = TargetDescription.Plane(
            horizontal: horizontal, vertical: vertical, columns: side, rows: side,
            logNormalizer: plane?.logNormalizer)
        description.logDensity = density.logDensity(points).map { Float($0) }
        description.modes = (plane?.modes ?? []).map { Float($0) }
        return description
    }

    /// The ends of both axes; `nil` where they would not be numbers.
    private func visiblePart(_ start: ProposalStart) -> (ClosedRange<Double>, ClosedRange<Double>)? {
        if let plane { return (plane.horizontal, plane.vertical) }
        let ranges = (0..<2).compactMap { axis -> ClosedRange<Double>? in
            let reach = Self.deviations * start.standardDeviations[axis]
            let (low, high) = (start.mean[axis] - reach, start.mean[axis] + reach)
            return low.isFinite && high.isFinite && low < high ? low...high : nil
        }
        return ranges.count == 2 ? (ranges[0], ranges[1]) : nil
    }
}
