// SPDX-License-Identifier: Apache-2.0
// A trained tensor and a tracked statistic, each with the stable name it has in checkpoints and weight files.

public import TensorCore

/// A trained tensor with its stable name.
///
/// The value is a leaf of the tape: gradients are asked for it, and an optimizer replaces its content in place.
public final class Parameter {
    /// Full name in checkpoints and weight files, such as `conv1.weight`.
    public let name: String
    /// The current value, a leaf that requires gradients.
    public var value: Tensor

    /// Wraps a tensor; the value starts a new tape.
    public init(_ name: String, _ value: Tensor) {
        self.name = name
        self.value = value.detached().requiringGradient()
    }
}

/// A tensor that a layer updates by itself, such as a running mean; saved with the parameters, never trained.
public final class TrackedStatistic {
    /// Full name in checkpoints and weight files, such as `conv1.bn.running_mean`.
    public let name: String
    /// The current value, outside of the tape.
    public var value: Tensor

    /// Wraps a tensor.
    public init(_ name: String, _ value: Tensor) {
        self.name = name
        self.value = value.detached()
    }
}
