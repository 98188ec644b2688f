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
    mutating func put(_ streams: KernelStreams, _ states: ChainStates, prefix: String) {
        put("\(prefix)points", states.points)
        put("\(prefix)logDensity", states.logDensity)
        if !states.gradients.isEmpty { put("\(prefix)gradients", states.gradients) }
        if !states.logProposal.isEmpty { put("\(prefix)logProposal", states.logProposal) }
        put("\(prefix)streams", streams.states.flatMap(\.words))
    }

    /// Takes chains back, and the streams of their kernel.
    ///
    /// - Parameter states: chains of the same number and kind.
    func restore(_ streams: inout KernelStreams, _ states: inout ChainStates, prefix: String) throws(EngineError) {
        let (count, size) = (states.count, states.points.count)
        let streamStates = try kernelStreams("\(prefix)streams")
        let points = try doubles("\(prefix)points", shape: [size])
        let logDensity = try doubles("\(prefix)logDensity", shape: [count])
        let gradients = states.gradients.isEmpty ? [] : try doubles("\(prefix)gradients", shape: [size])
        let logProposal = states.logProposal.isEmpty ? [] : try doubles("\(prefix)logProposal", shape: [count])
        streams.states = streamStates
        states = ChainStates(
            dimension: states.dimension, points: points, logDensity: logDensity, gradients: gradients,
            logProposal: logProposal)
    }

    /// The states of the two streams of a kernel.
    func kernelStreams(_ name: String) throws(EngineError) -> [RandomStream.State] {
        let words = try words(name, shape: [6])
        let states = [words[..<3], words[3...]].compactMap { RandomStream.State(words: Array($0)) }
        guard states.count == 2 else { throw EngineError("checkpoint: \(name): these are no states of streams") }
        return states
    }

    /// Puts kept draws with what they cost.
    mutating func put(_ kept: KeptDraws, prefix: String) {
        put("\(prefix)draws", kept.values)
        put("\(prefix)counts", [kept.proposals, kept.invalid, kept.evaluations])
        put("\(prefix)sums", [kept.acceptance, kept.seconds])
    }

    /// Takes kept draws back.
    ///
    /// - Parameter kept: draws of as many chains and coordinates.
    func restore(_ kept: inout KeptDraws, prefix: String) throws(EngineError) {
        let values = try doubles("\(prefix)draws")
        let counts = try integers("\(prefix)counts", shape: [3])
        let sums = try doubles("\(prefix)sums", shape: [2])
        guard values.count.isMultiple(of: kept.chains * kept.dimension) else {
            throw EngineError(
                "checkpoint: \(prefix)draws has \(values.count) numbers for \(kept.chains) chains of "
                    + "\(kept.dimension) coordinates")
        }
        kept.values = values
        (kept.proposals, kept.invalid, kept.evaluations) = (counts[0], counts[1], counts[2])
        (kept.acceptance, kept.seconds) = (sums[0], sums[1])
    }
}
