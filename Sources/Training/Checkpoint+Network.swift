// SPDX-License-Identifier: Apache-2.0
// Networks and optimizers in checkpoints: values row by row under their stable names, whatever their layout in memory.

public import EngineKit
public import Nets
public import Probability
import TensorCore

extension Checkpoint {
    /// Stores the parameters and tracked statistics of a network under `prefix`.
    public mutating func put(_ network: FeedForwardNetwork, prefix: String = "network.") {
        for parameter in network.parameters { put(prefix + parameter.name, parameter.value) }
        for statistic in network.statistics { put(prefix + statistic.name, statistic.value) }
    }

    /// Takes over the parameters and tracked statistics of a network.
    ///
    /// - Throws: `EngineError` with the first name that is missing or has another shape.
    public func restore(_ network: FeedForwardNetwork, prefix: String = "network.") throws(EngineError) {
        for parameter in network.parameters {
            parameter.value.assign(try tensor(prefix + parameter.name, like: parameter.value))
        }
        for statistic in network.statistics {
            statistic.value = try tensor(prefix + statistic.name, like: statistic.value)
        }
    }

    /// Stores the moments and the step count of an optimizer under `prefix`.
    public mutating func put(_ optimizer: Optimizer, prefix: String) {
        put(prefix + "steps", optimizer.steps)
        for (name, value) in optimizer.state { put(prefix + name, value) }
    }

    /// Takes over the state of an optimizer.
    public func restore(_ optimizer: Optimizer, prefix: String) throws(EngineError) {
        optimizer.steps = try integer(prefix + "steps")
        for (name, value) in optimizer.state { value.assign(try tensor(prefix + name, like: value)) }
    }

    /// Stores the position of a random stream.
    public mutating func put(_ name: String, _ stream: RandomStream) {
        put(name, stream.state.words)
    }

    /// Takes over the position of a random stream.
    public func stream(_ name: String) throws(EngineError) -> RandomStream {
        guard let state = RandomStream.State(words: try words(name)) else {
            throw EngineError("checkpoint: \(name) does not hold the state of a random stream")
        }
        return RandomStream(state)
    }

    /// Stores a tensor row by row.
    mutating func put(_ name: String, _ tensor: Tensor) {
        switch tensor.dataType {
        case .float32: put(name, tensor.scalars(), shape: tensor.shape.sizes)
        case .float64: put(name, tensor.doubles(), shape: tensor.shape.sizes)
        }
    }

    /// The tensor stored under a name, of the shape and type of `other`.
    func tensor(_ name: String, like other: Tensor) throws(EngineError) -> Tensor {
        switch other.dataType {
        case .float32: Tensor(shape: other.shape, scalars: try floats(name, shape: other.shape.sizes))
        case .float64: Tensor(shape: other.shape, doubles: try doubles(name, shape: other.shape.sizes))
        }
    }
}
