// SPDX-License-Identifier: Apache-2.0
// Chains in a checkpoint: states, densities and the streams of their kernel.

import Chains
import EngineKit
import Probability

extension Checkpoint {
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
