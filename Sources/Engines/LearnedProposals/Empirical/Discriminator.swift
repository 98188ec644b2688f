// SPDX-License-Identifier: Apache-2.0
// A classifier of points as a density ratio: what stands for log p - log q where neither is known.

import Chains
import Nets
import TensorCore

/// `d(x) = log D(x) / (1 - D(x))`, the logit that x is a point of the data and none of the generator, `[N, D] → [N]`.
///
/// The best discriminator has `d = log p - log q`. Points are standardised with the moments of the data.
final class Discriminator {
    private let network: MultilayerPerceptron
    private let centre: Tensor
    private let precision: Tensor

    init(hidden: Int, moments: SampleMoments, seed: UInt64) {
        let size = moments.mean.count
        network = MultilayerPerceptron(
            name: "discriminator", inputs: size, hidden: hidden, outputs: 1,
            initializer: NetworkInitializer(seed: seed))
        centre = Tensor(shape: [size], scalars: moments.mean.map { Float($0) })
        precision = Tensor(shape: [size], scalars: moments.standardDeviation.map { Float(1 / $0) })
    }

    var parameters: [Parameter] { network.parameters }

    /// The logits of points `[N, D]`.
    func logits(_ points: Tensor) -> Tensor {
        network((points - centre) * precision).reshape([points.shape[0]])
    }

    /// Cross-entropy of telling data from generated points: `mean softplus(-d(x)) + mean softplus(d(x'))`.
    ///
    /// `2 log 2` for a discriminator that knows nothing.
    func loss(data: Tensor, generated: Tensor) -> Tensor {
        (-logits(data)).softplus().mean() + logits(generated).softplus().mean()
    }
}

/// The logit of a discriminator as the unnormalised log density that a chain with generated proposals samples.
struct LearnedRatio: LogDensity {
    let discriminator: Discriminator
    let dimension: Int

    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        let x = Tensor(shape: [values.count, dimension], scalars: points.map { Float($0) })
        let logits = withoutGradients { discriminator.logits(x).doubles() }
        for index in values.indices { values[index] = logits[index] }
    }

    func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients slopes: UnsafeMutableBufferPointer<Double>
    ) {
        let x = Tensor(shape: [values.count, dimension], scalars: points.map { Float($0) }).requiringGradient()
        let logits = discriminator.logits(x)
        let found = TensorCore.gradients(of: logits.sum(), for: [x])[0].doubles()
        let heights = logits.doubles()
        for index in values.indices { values[index] = heights[index] }
        for index in slopes.indices { slopes[index] = found[index] }
    }
}
