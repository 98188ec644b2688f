// SPDX-License-Identifier: Apache-2.0
// A learned proposal as the kernels of Chains want it: draws and densities without a tape, in double precision.

import Chains
import Nets
import Probability
import TensorCore

extension GaussianProposal {
    func frozen() -> (any ProposalDistribution)? {
        let (mean, factor) = values
        let scales = (0..<dimension).map { factor[$0 * dimension + $0] }
        guard (mean + factor).allSatisfy(\.isFinite), scales.allSatisfy({ $0 > 0 }) else { return nil }
        return FullGaussian(mean: mean, lowerFactor: factor)
    }
}

extension MixtureProposal {
    func frozen() -> (any ProposalDistribution)? {
        let (weights, means, deviations) = values
        return try? GaussianMixture(weights: weights, means: means, standardDeviations: deviations)
    }
}

extension FlowProposal: ProposalDistribution {
    /// The flow itself: its parameters are read whenever it is asked.
    func frozen() -> (any ProposalDistribution)? {
        parameters.allSatisfy(\.value.isFinite) ? self : nil
    }

    func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream
    ) {
        let drawn = withoutGradients { draw(logDensity.count, &stream) }
        drawn.points.withScalars { for index in $0.indices { points[index] = Double($0[index]) } }
        drawn.logDensity.withScalars { for index in $0.indices { logDensity[index] = Double($0[index]) } }
    }

    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        let count = values.count
        guard count > 0 else { return }
        let densities = withoutGradients {
            logDensity(Tensor(shape: [count, dimension], scalars: points.map { Float($0) }))
        }
        densities.withScalars { for index in $0.indices { values[index] = Double($0[index]) } }
    }
}
