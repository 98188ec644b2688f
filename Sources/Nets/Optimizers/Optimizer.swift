// SPDX-License-Identifier: Apache-2.0
// First-order optimizers: one class that walks the parameters, one case per rule.

public import TensorCore

/// A rule by which gradients move parameters.
public enum OptimizerKind: Sendable, Equatable {
    /// Adam [KB15].
    case adam(beta1: Double, beta2: Double, epsilon: Double)
    /// `v <- momentum v + g; w <- w - rate v`, with Nesterov's look-ahead `g + momentum v` if asked for.
    case stochasticGradientDescent(momentum: Double, nesterov: Bool)
    /// `s <- decay s + (1 - decay) g²; w <- w - rate g / (sqrt(s) + epsilon)`.
    case rootMeanSquarePropagation(decay: Double, epsilon: Double)
}

/// Moves a fixed list of parameters by their gradients and keeps what the rule remembers.
public final class Optimizer {
    /// The rule.
    public let kind: OptimizerKind
    /// Updates done.
    public var steps = 0
    private let parameters: [Parameter]
    private let moments: [[Tensor]]

    /// Creates an optimizer with zero moments.
    public init(_ kind: OptimizerKind, _ parameters: [Parameter]) {
        self.kind = kind
        self.parameters = parameters
        let count =
            switch kind {
            case .adam: 2
            case .stochasticGradientDescent(let momentum, _): momentum == 0 ? 0 : 1
            case .rootMeanSquarePropagation: 1
            }
        moments = (0..<count).map { _ in
            parameters.map { Tensor.zeros($0.value.shape, $0.value.dataType) }
        }
    }

    /// What belongs into a checkpoint beside `steps`: each moment under the name of its parameter.
    public var state: [(name: String, value: Tensor)] {
        moments.enumerated().flatMap { index, tensors in
            zip(parameters, tensors).map { ("moment\(index + 1).\($0.name)", $1) }
        }
    }

    /// Does one update.
    ///
    /// - Parameters:
    ///   - gradients: one per parameter, of its shape.
    ///   - learningRate: step size, not negative.
    ///   - weightDecay: coefficient of `1/2 |w|²` in the loss; biases and normalization are spared.
    public func update(_ gradients: [Tensor], learningRate: Double, weightDecay: Double = 0) {
        steps += 1
        let values = parameters.map { $0.value.detached() }
        let slopes = weightDecay == 0 ? gradients : decayed(gradients, values, weightDecay)
        switch kind {
        case .adam(let beta1, let beta2, let epsilon):
            adamUpdate(
                parameters: values, gradients: slopes, firstMoments: moments[0], secondMoments: moments[1], step: steps,
                constants: AdamConstants(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon))
        case .stochasticGradientDescent(let momentum, let nesterov):
            withoutGradients {
                for index in values.indices {
                    var slope = slopes[index]
                    if momentum != 0 {
                        let velocity = moments[0][index] * momentum + slope
                        moments[0][index].assign(velocity)
                        slope = nesterov ? slope + velocity * momentum : velocity
                    }
                    values[index].assign(values[index] - slope * learningRate)
                }
            }
        case .rootMeanSquarePropagation(let decay, let epsilon):
            withoutGradients {
                for index in values.indices {
                    let slope = slopes[index]
                    moments[0][index].assign(moments[0][index] * decay + slope.square() * (1 - decay))
                    values[index].assign(
                        values[index] - slope * learningRate / (moments[0][index].sqrt() + epsilon))
                }
            }
        }
    }

    private func decayed(_ gradients: [Tensor], _ values: [Tensor], _ weightDecay: Double) -> [Tensor] {
        withoutGradients {
            zip(gradients, values).map { gradient, value in
                value.rank > 1 ? gradient + value * weightDecay : gradient
            }
        }
    }
}
