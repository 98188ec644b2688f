// SPDX-License-Identifier: Apache-2.0
// A proposal without a density: a network that turns noise into points.

import Chains
import Nets
import Probability
import TensorCore

/// `x' = m + s G(z)` with standard normal z, `[N, latent] → [N, D]`; m and s are those of the data.
final class Generator {
    let dimension: Int
    private let latent: Int
    private let network: MultilayerPerceptron
    private let centre: Tensor
    private let scale: Tensor

    init(latent: Int, hidden: Int, moments: SampleMoments, seed: UInt64) {
        dimension = moments.mean.count
        self.latent = latent
        network = MultilayerPerceptron(
            name: "generator", inputs: latent, hidden: hidden, outputs: dimension,
            initializer: NetworkInitializer(seed: seed))
        centre = Tensor(shape: [dimension], scalars: moments.mean.map { Float($0) })
        scale = Tensor(shape: [dimension], scalars: moments.standardDeviation.map { Float($0) })
    }

    var parameters: [Parameter] { network.parameters }

    /// Points on the tape, `[count, D]`.
    func draw(_ count: Int, _ stream: inout RandomStream) -> Tensor {
        var noise = [Float](repeating: 0, count: count * latent)
        stream.fillNormal(&noise)
        return centre + scale * network(Tensor(shape: [count, latent], scalars: noise))
    }

    /// The generator as it is now, for chains.
    var distribution: GeneratedPoints { GeneratedPoints(generator: self) }
}

/// Points of a generator as proposals of a chain whose target is a density ratio.
///
/// The ratio is that of target and generator, so the density of the proposals is in it already: what is handed to the
/// kernel is the constant 0.
struct GeneratedPoints: ProposalDistribution {
    let generator: Generator

    var dimension: Int { generator.dimension }

    func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream
    ) {
        let drawn = withoutGradients { generator.draw(logDensity.count, &stream).doubles() }
        for index in points.indices { points[index] = drawn[index] }
        logDensity.update(repeating: 0)
    }

    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        values.update(repeating: 0)
    }
}
