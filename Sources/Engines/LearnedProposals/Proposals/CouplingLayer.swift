// SPDX-License-Identifier: Apache-2.0
// One affine coupling of a RealNVP flow: half of the coordinates move, by amounts that the other half decides.

import Nets
import TensorCore

/// `y = b x + (1 - b) (x exp(s(b x)) + t(b x))` with a mask b of zeros and ones, [DSB17].
///
/// s and t come from one network with two hidden layers; `s = bound tanh(…)` keeps the scales within `exp(±bound)`. The
/// last layer starts at zero, so that a fresh coupling is the identity.
struct CouplingLayer {
    /// Largest logarithm of a scale.
    static let bound = 2.0

    private let mask: Tensor
    private let moving: Tensor
    private let network: MultilayerPerceptron

    /// Creates an identity.
    ///
    /// - Parameters:
    ///   - name: prefix of the parameters' names.
    ///   - passing: which coordinates stay as they are, D of them.
    ///   - hidden: units of each hidden layer.
    init(name: String, passing: [Bool], hidden: Int, initializer: NetworkInitializer) {
        let size = passing.count
        mask = Tensor(shape: [size], scalars: passing.map { $0 ? 1 : 0 })
        moving = Tensor(shape: [size], scalars: passing.map { $0 ? 0 : 1 })
        network = MultilayerPerceptron(
            name: name, inputs: size, hidden: hidden, outputs: 2 * size, startsAtZero: true, initializer: initializer)
    }

    var parameters: [Parameter] { network.parameters }

    /// The image of points `[N, D]` and `log |det dy/dx|`, `[N]`.
    func forward(_ x: Tensor) -> (points: Tensor, logDeterminant: Tensor) {
        let fixed = x * mask
        let (scale, shift) = change(fixed)
        return (fixed + moving * (x * scale.exp() + shift), scale.sum(axes: [1]))
    }

    /// The points whose image is y, and `log |det dx/dy|`, `[N]`.
    func inverse(_ y: Tensor) -> (points: Tensor, logDeterminant: Tensor) {
        let fixed = y * mask
        let (scale, shift) = change(fixed)
        return (fixed + moving * ((y - shift) * (-scale).exp()), -scale.sum(axes: [1]))
    }

    /// Logarithms of scales, zero where coordinates stay, and shifts; each `[N, D]`.
    private func change(_ fixed: Tensor) -> (scale: Tensor, shift: Tensor) {
        let size = fixed.shape[1]
        let x = network(fixed)
        return (
            x.slice(0..<size, axis: 1).tanh() * (moving * Self.bound), x.slice(size..<(2 * size), axis: 1)
        )
    }
}
