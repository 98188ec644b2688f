// SPDX-License-Identifier: Apache-2.0
// A mixture of normal proposals whose weights have exact gradients, because no component is ever drawn.

import Glibc
import Nets
import Probability
import TensorCore

/// `q = sum_k w_k N(m_k, diag(exp(2 s_k)))` with `w = softmax(a)`.
///
/// An average under q is written as `sum_k w_k E_{N_k} f`: every component gets the same number of draws, and the weights
/// enter as weights. A drawn component would have no gradient by `a`.
final class MixtureProposal: TrainableProposal {
    let dimension: Int
    let dataType = DataType.float64
    /// Number of components, K.
    let components: Int
    private let logits: Parameter
    private let means: Parameter
    private let logScales: Parameter

    /// Creates a mixture of equal weights.
    ///
    /// - Parameters:
    ///   - means: one point of D coordinates per component.
    ///   - standardDeviation: of every coordinate of every component.
    init(means: [[Double]], standardDeviation: Double) {
        components = means.count
        dimension = means.first?.count ?? 0
        let shape: Shape = [components, dimension]
        logits = Parameter("proposal.logits", Tensor.zeros([components], .float64))
        self.means = Parameter("proposal.means", Tensor(shape: shape, doubles: means.flatMap { $0 }))
        logScales = Parameter("proposal.logScales", Tensor.full(shape, log(standardDeviation), .float64))
    }

    var parameters: [Parameter] { [logits, means, logScales] }

    func draw(_ count: Int, _ stream: inout RandomStream) -> ProposalDraws {
        let each = (count + components - 1) / components
        let noise = standardNormal([components, each, dimension], &stream)
        let perComponent: Shape = [components, 1, dimension]
        let points = (means.value.reshape(perComponent) + logScales.value.exp().reshape(perComponent) * noise)
            .reshape([components * each, dimension])
        let weights = logits.value.softmax().reshape([components, 1]).broadcast(to: [components, each]) / Double(each)
        return ProposalDraws(
            points: points, logDensity: logDensity(points), weights: weights.reshape([components * each]))
    }

    func logDensity(_ points: Tensor) -> Tensor {
        let count = points.shape[0]
        let distances =
            (points.reshape([count, 1, dimension]) - means.value) * (-logScales.value).exp()
        let constant = 0.5 * Double(dimension) * logTwoPi
        let scores =
            distances.square().sum(axes: [2]) * -0.5
            + (logits.value.logSoftmax() - logScales.value.sum(axes: [1]) - constant)
        return logSumExp(scores)
    }

    /// Weights `[K]`, means and standard deviations `[K, D]`, as they are now.
    var values: (weights: [Double], means: [Double], standardDeviations: [Double]) {
        withoutGradients {
            (logits.value.softmax().doubles(), means.value.doubles(), logScales.value.exp().doubles())
        }
    }
}

/// `log sum_k exp(x_k)` over the last axis of `[N, K]`, without overflow; its gradient is the softmax.
private func logSumExp(_ x: Tensor) -> Tensor {
    let largest = x.detached().maximum(axes: [1], keepDims: true)
    return (x - largest).exp().sum(axes: [1]).log() + largest.reshape([x.shape[0]])
}
