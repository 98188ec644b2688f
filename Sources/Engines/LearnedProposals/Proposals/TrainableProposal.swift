// SPDX-License-Identifier: Apache-2.0
// What a learned proposal is to its training: draws that carry gradients, and the density of points from elsewhere.

import Chains
import Nets
import Probability
import TensorCore

/// An independent proposal `q_phi(x')` whose parameters are learned by gradients.
///
/// Everything is on the tape, so a loss of draws and densities has a gradient by `parameters`.
protocol TrainableProposal: AnyObject {
    /// What is learned, with names that a checkpoint keeps.
    var parameters: [Parameter] { get }
    /// Number of coordinates, D.
    var dimension: Int { get }
    /// Precision of points and densities.
    var dataType: DataType { get }

    /// Draws points `x' = g_phi(noise)` whose weighted averages are averages under q.
    ///
    /// - Parameter count: how many at least; a mixture rounds up to the same number per component.
    func draw(_ count: Int, _ stream: inout RandomStream) -> ProposalDraws

    /// `log q_phi(x)` of points `[N, D]`, normalised; shape `[N]`.
    func logDensity(_ points: Tensor) -> Tensor

    /// The distribution with the parameters as they are now, for the kernels of Chains.
    ///
    /// What was handed out before may follow the parameters or keep those of its time: after an update ask again.
    ///
    /// - Returns: `nil` when the parameters are those of no distribution, because training has gone astray.
    func frozen() -> (any ProposalDistribution)?
}

/// Points of a proposal with their densities.
struct ProposalDraws {
    /// The points, `[N, D]`.
    let points: Tensor
    /// `log q` of each, `[N]`, with the gradient through the points.
    let logDensity: Tensor
    /// The share of each in an average under q, `[N]` with sum 1; `nil` when all count the same.
    let weights: Tensor?

    /// The average under q of one number per point, `[N]`.
    func average(_ values: Tensor) -> Tensor {
        weights.map { (values * $0).sum() } ?? values.mean()
    }
}

extension TrainableProposal {
    /// Standard normal numbers in the proposal's precision.
    func standardNormal(_ shape: Shape, _ stream: inout RandomStream) -> Tensor {
        switch dataType {
        case .float32:
            var values = [Float](repeating: 0, count: shape.count)
            stream.fillNormal(&values)
            return Tensor(shape: shape, scalars: values)
        case .float64:
            var values = [Double](repeating: 0, count: shape.count)
            stream.fillNormal(&values)
            return Tensor(shape: shape, doubles: values)
        }
    }
}
