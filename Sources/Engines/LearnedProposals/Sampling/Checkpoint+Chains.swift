// SPDX-License-Identifier: Apache-2.0
// What a checkpoint holds of a run: parameters in their precision, and chains with the streams of their kernel.

import Chains
import EngineKit
import Nets
import Probability
import TensorCore
import Training

extension Checkpoint {
    /// Puts parameters by their names.
    mutating func put(_ parameters: [Parameter]) {
        for parameter in parameters {
            put(parameter.name, parameter.value.doubles(), shape: parameter.value.shape.sizes)
        }
    }

    /// Takes parameters back in the precision that they have.
    ///
    /// - Throws: `EngineError` with the first name that is missing or has another shape.
    func restore(_ parameters: [Parameter]) throws(EngineError) {
        for parameter in parameters {
            let value = parameter.value
            let saved = try doubles(parameter.name, shape: value.shape.sizes)
            value.assign(Tensor(shape: value.shape, doubles: saved).converted(to: value.dataType))
        }
    }

    /// Puts chains and the streams of their kernel.
    mutating func put(_ kernel: IndependentMetropolis, _ states: ChainStates, prefix: String) {
        put("\(prefix)points", states.points)
        put("\(prefix)logDensity", states.logDensity)
        put("\(prefix)logProposal", states.logProposal)
        put("\(prefix)streams", kernel.streams.states.flatMap(\.words))
    }

    /// Takes chains back, and the streams of their kernel.
    func chains(
        _ kernel: inout IndependentMetropolis, count: Int, prefix: String
    ) throws(EngineError) -> ChainStates {
        let dimension = kernel.target.dimension
        let words = try words("\(prefix)streams", shape: [6])
        let streams = [words[..<3], words[3...]].compactMap { RandomStream.State(words: Array($0)) }
        kernel.streams.states = streams
        return ChainStates(
            dimension: dimension, points: try doubles("\(prefix)points", shape: [count * dimension]),
            logDensity: try doubles("\(prefix)logDensity", shape: [count]),
            logProposal: try doubles("\(prefix)logProposal", shape: [count]))
    }
}
