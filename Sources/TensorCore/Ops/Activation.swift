// SPDX-License-Identifier: Apache-2.0
// The activations that linear and convolution operations apply to their result while it is still in registers.

/// A function applied to every element of a result.
public enum Activation: UInt8, Hashable, Sendable {
    /// The result as it is.
    case none
    /// `max(x, 0)`.
    case relu
    /// Hyperbolic tangent.
    case tanh

    /// The gradient before the activation, from the gradient after it and the activation's output.
    func backward(_ gradient: Tensor, _ output: Tensor, isRecording: Bool) -> Tensor {
        switch self {
        case .none: gradient
        case .relu: gradient.keptWhere(positive: output)
        case .tanh: tanhBackward(gradient, output, isRecording: isRecording)
        }
    }

    /// The activation as an operation of its own.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .none: x
        case .relu: x.relu()
        case .tanh: x.tanh()
        }
    }
}
