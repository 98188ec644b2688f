// SPDX-License-Identifier: Apache-2.0
// The density of a run with what is known of it: names of coordinates, where it has its mass, and what is exact.

import Chains
import EngineKit
import TensorCore

/// The density that a run samples.
struct SampledTarget {
    /// Its name in results.
    let name: String
    let density: any LogDensity & Sendable
    /// Names of the coordinates, D of them.
    let coordinates: [String]
    /// What is known exactly, for the built-in densities of the plane.
    let plane: PlaneTarget?

    /// A density of which nothing is known.
    init(name: String, density: any LogDensity & Sendable, coordinates: [String]) {
        (self.name, self.density, self.coordinates, plane) = (name, density, coordinates, nil)
    }

    /// A built-in density.
    init(_ plane: PlaneTarget) {
        (name, density, coordinates, self.plane) = (plane.name, plane.density, ["x", "y"], plane)
    }

    var dimension: Int { density.dimension }

    /// Where a proposal begins.
    ///
    /// In the plane a normal distribution as wide as the target's picture. Elsewhere the Laplace approximation, `mode` and
    /// inverse Hessian there, from a search that begins at the origin.
    func start() throws(EngineError) -> ProposalStart {
        if let plane {
            let ranges = [plane.horizontal, plane.vertical]
            return ProposalStart(
                mean: ranges.map { 0.5 * ($0.lowerBound + $0.upperBound) },
                standardDeviations: ranges.map { 0.25 * ($0.upperBound - $0.lowerBound) })
        }
        do throws(LaplaceError) {
            let origin = [Double](repeating: 0, count: dimension)
            let gaussian = try LaplaceApproximation(of: density, from: origin).gaussian
            let covariance = gaussian.covariance
            return ProposalStart(
                mean: gaussian.mean,
                standardDeviations: (0..<dimension).map { covariance[$0 * dimension + $0].squareRoot() },
                factor: gaussian.lowerFactor)
        } catch {
            throw EngineError("\(name): \(error)")
        }
    }

    /// `log p` of points `[N, D]` on the tape, with the density's own derivatives; values in the points' precision.
    func logDensity(_ points: Tensor) -> Tensor {
        logDensity(points, density.logDensityAndGradient(points.doubles()))
    }

    /// The same, of points at which the density was evaluated before.
    func logDensity(_ points: Tensor, _ evaluated: (values: [Double], gradients: [Double])) -> Tensor {
        let count = points.shape[0]
        let (type, shape) = (points.dataType, points.shape)
        // Where there is no density there is no direction either.
        let slopes = Tensor(shape: shape, doubles: evaluated.gradients.map { $0.isFinite ? $0 : 0 }).converted(to: type)
        let values = Tensor(shape: [count], doubles: evaluated.values).converted(to: type)
        return custom(inputs: [points], output: values) { [$0.reshape([count, 1]) * slopes] }
    }
}
