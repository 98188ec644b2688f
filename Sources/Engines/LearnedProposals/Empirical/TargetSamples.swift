// SPDX-License-Identifier: Apache-2.0
// A density that is known by samples only: points of a built-in target, or of a file.

import Chains
import EngineKit
import Glibc
import Probability

/// Mean and standard deviation of every coordinate of some points.
struct SampleMoments: Sendable, Equatable {
    let mean: [Double]
    /// Positive: 1 for a coordinate that does not change.
    let standardDeviation: [Double]

    /// - Parameter points: `[N, D]`, N at least 1.
    init(_ points: [Double], dimension: Int) {
        let count = Double(points.count / dimension)
        let mean = (0..<dimension).map { axis in
            stride(from: axis, to: points.count, by: dimension).reduce(0) { $0 + points[$1] } / count
        }
        standardDeviation = (0..<dimension).map { axis in
            let square = stride(from: axis, to: points.count, by: dimension).reduce(0) { sum, place in
                sum + (points[place] - mean[axis]) * (points[place] - mean[axis])
            }
            return square > 0 ? (square / count).squareRoot() : 1
        }
        self.mean = mean
    }
}

/// Independent points of a built-in target of the plane.
///
/// By rejection from a uniform distribution over the target's picture; the bound is the largest density on a fine grid with
/// a margin. What lies outside of the picture, less than 1e-3 of the mass, is cut off.
///
/// - Returns: `[count, 2]`.
func samplePlane(_ plane: PlaneTarget, count: Int, seed: UInt64) -> [Double] {
    let (side, margin) = (400, 1.05)
    func place(_ range: ClosedRange<Double>, _ share: Double) -> Double {
        range.lowerBound + share * (range.upperBound - range.lowerBound)
    }
    let grid = (0..<(side * side)).flatMap { index -> [Double] in
        [
            place(plane.horizontal, (Double(index % side) + 0.5) / Double(side)),
            place(plane.vertical, (Double(index / side) + 0.5) / Double(side)),
        ]
    }
    let bound = (plane.density.logDensity(grid).max() ?? 0) + log(margin)
    var stream = RandomStream(seed: seed, purpose: "proposal/samples")
    var points: [Double] = []
    points.reserveCapacity(2 * count)
    let batch = 4096
    while points.count < 2 * count {
        var uniforms = [Double](repeating: 0, count: 3 * batch)
        stream.fillUniform(&uniforms)
        let candidates = (0..<batch).flatMap { index in
            [place(plane.horizontal, uniforms[3 * index]), place(plane.vertical, uniforms[3 * index + 1])]
        }
        for (index, value) in plane.density.logDensity(candidates).enumerated()
        where log(uniforms[3 * index + 2]) <= value - bound && points.count < 2 * count {
            points += candidates[2 * index..<2 * index + 2]
        }
    }
    return points
}
