// SPDX-License-Identifier: Apache-2.0
// A normalizing flow as a proposal: a normal distribution bent by couplings.

import Nets
import Probability
import TensorCore

/// `x = f_n(… f_1(m + e^s noise))` with affine couplings f whose masks alternate, RealNVP [DSB17].
///
/// `log q(x) = log N(z; m, e^{2s}) - sum log |det f_i|`. Single precision: its rounding, 1e-6 of a density, is far below the
/// Monte Carlo error of an acceptance rate.
final class FlowProposal: TrainableProposal {
    let dimension: Int
    let dataType = DataType.float32
    private let mean: Parameter
    private let logScale: Parameter
    private let couplings: [CouplingLayer]

    /// Creates a flow that is a normal distribution at first.
    ///
    /// - Parameters:
    ///   - mean: centre of the normal distribution, D coordinates.
    ///   - logScale: logarithms of its standard deviations.
    ///   - layers: number of couplings, n.
    ///   - hidden: units of each of the two hidden layers of a coupling.
    init(mean: [Double], logScale: [Double], layers: Int, hidden: Int, seed: UInt64) {
        let size = mean.count
        dimension = size
        self.mean = Parameter("proposal.mean", Tensor(shape: [size], scalars: mean.map { Float($0) }))
        self.logScale = Parameter("proposal.logScale", Tensor(shape: [size], scalars: logScale.map { Float($0) }))
        let initializer = NetworkInitializer(seed: seed)
        couplings = (0..<layers).map { layer in
            CouplingLayer(
                name: "proposal.coupling\(layer + 1)", passing: (0..<size).map { ($0 + layer).isMultiple(of: 2) },
                hidden: hidden, initializer: initializer)
        }
    }

    var parameters: [Parameter] { [mean, logScale] + couplings.flatMap(\.parameters) }

    func draw(_ count: Int, _ stream: inout RandomStream) -> ProposalDraws {
        let noise = standardNormal([count, dimension], &stream)
        var points = mean.value + logScale.value.exp() * noise
        var logDensity = baseLogDensity(noise)
        for coupling in couplings {
            let image = coupling.forward(points)
            points = image.points
            logDensity = logDensity - image.logDeterminant
        }
        return ProposalDraws(points: points, logDensity: logDensity, weights: nil)
    }

    func logDensity(_ points: Tensor) -> Tensor {
        var points = points
        var determinants: Tensor?
        for coupling in couplings.reversed() {
            let origin = coupling.inverse(points)
            points = origin.points
            determinants = determinants.map { $0 + origin.logDeterminant } ?? origin.logDeterminant
        }
        let base = baseLogDensity((points - mean.value) * (-logScale.value).exp())
        return determinants.map { base + $0 } ?? base
    }

    /// `log N(m + e^s noise; m, e^{2s})`.
    private func baseLogDensity(_ noise: Tensor) -> Tensor {
        noise.square().sum(axes: [1]) * -0.5 - (logScale.value.sum() + 0.5 * Double(dimension) * logTwoPi)
    }
}

/// `log 2 pi`.
let logTwoPi = 1.837_877_066_409_345_5
