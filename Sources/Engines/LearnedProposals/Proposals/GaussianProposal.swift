// SPDX-License-Identifier: Apache-2.0
// A normal proposal, with independent coordinates or with any covariance.

import Glibc
import Nets
import Probability
import TensorCore

/// `q = N(m, L L^T)` with a lower triangular `L` whose diagonal is `exp(s)`, [Nek20].
///
/// Trained are the mean m, the logarithms s, and below the diagonal the entries of `L` themselves; with independent
/// coordinates there are none. In double precision throughout: in 25 dimensions the rounding of a single precision
/// density would be seen in the acceptance rate.
final class GaussianProposal: TrainableProposal {
    let dimension: Int
    let dataType = DataType.float64
    private let mean: Parameter
    private let logScale: Parameter
    /// Entries below the diagonal, `[D, D]` with zeros elsewhere; `nil` when coordinates are independent.
    private let lower: Parameter?
    /// Ones below the diagonal, and the identity.
    private let below: Tensor
    private let identity: Tensor

    /// Creates a proposal.
    ///
    /// - Parameters:
    ///   - mean: D coordinates.
    ///   - factor: `L` row by row, D x D, lower triangular with a positive diagonal.
    ///   - isDiagonal: whether coordinates are independent, whatever `factor` says below its diagonal.
    init(mean: [Double], factor: [Double], isDiagonal: Bool) {
        let size = mean.count
        dimension = size
        self.mean = Parameter("proposal.mean", Tensor(shape: [size], doubles: mean))
        logScale = Parameter(
            "proposal.logScale", Tensor(shape: [size], doubles: (0..<size).map { log(factor[$0 * size + $0]) }))
        let isBelow = (0..<(size * size)).map { $0 / size > $0 % size }
        below = Tensor(shape: [size, size], doubles: isBelow.map { $0 ? 1 : 0 })
        identity = Tensor(shape: [size, size], doubles: (0..<(size * size)).map { $0 / size == $0 % size ? 1 : 0 })
        let entries = zip(factor, isBelow).map { $1 ? $0 : 0 }
        lower = isDiagonal ? nil : Parameter("proposal.lower", Tensor(shape: [size, size], doubles: entries))
    }

    var parameters: [Parameter] { [mean, logScale] + (lower.map { [$0] } ?? []) }

    /// `log q = -1/2 |noise|² - sum s - D/2 log 2 pi`: in terms of the noise no point is needed.
    func draw(_ count: Int, _ stream: inout RandomStream) -> ProposalDraws {
        let noise = standardNormal([count, dimension], &stream)
        let points =
            lower == nil
            ? mean.value + logScale.value.exp() * noise : mean.value + matmul(noise, factor, transposeB: true)
        return ProposalDraws(points: points, logDensity: logDensity(noise: noise), weights: nil)
    }

    func logDensity(_ points: Tensor) -> Tensor {
        let centred = points - mean.value
        return logDensity(
            noise: lower == nil ? centred * (-logScale.value).exp() : solveTriangular(factor, rows: centred))
    }

    /// The mean and `L`, row by row, as they are now.
    var values: (mean: [Double], factor: [Double]) {
        (mean.value.doubles(), withoutGradients { factor }.doubles())
    }

    private var factor: Tensor {
        let diagonal = identity * logScale.value.exp()
        return lower.map { diagonal + $0.value * below } ?? diagonal
    }

    private func logDensity(noise: Tensor) -> Tensor {
        noise.square().sum(axes: [1]) * -0.5 - (logScale.value.sum() + 0.5 * Double(dimension) * logTwoPi)
    }
}
