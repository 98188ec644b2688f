// SPDX-License-Identifier: Apache-2.0
// A baseline: units by the size of their weights.

import Nets
import TensorCore

extension CutRule {
    /// Ranks the units of a layer by the L1 norm of their filters [LKDSG17].
    ///
    /// The network that predicts is judged, with the mean of every scale folded in where it acts: into the filter of a layer
    /// without batch normalization, into gamma of one with it, whose filters stay as they are. This is the network that
    /// somebody without the noise would have in hand; norms of the bare weights would be a weaker baseline, since they do
    /// not know what the noise has turned down. Inputs and flattened features have no filter and are ranked by the weights
    /// that read them.
    static let filterNorm = CutRule(
        name: "l1",
        choice: .ranking { subject in
            let network = subject.network
            return subject.scales.indices.map { gate in
                if let site = network.architecture.weights.first(where: { $0.output == .gate(gate, multiplicity: 1) }) {
                    let norms = network.filterNorms(site.name)
                    let isNormalized = network.parameter("\(site.name).bn.weight") != nil
                    return isNormalized ? norms : zip(norms, subject.scales[gate]).map { $0 * $1 }
                }
                for site in network.architecture.weights {
                    guard case .gate(gate, let multiplicity) = site.input else { continue }
                    let norms = network.readerNorms(site.name, inputsPerUnit: multiplicity)
                    return zip(norms, subject.scales[gate]).map { $0 * $1 }
                }
                return nil
            }
        })
}

extension FeedForwardNetwork {
    /// The L1 norm of the filter of each unit of a layer: of `[o, …]` in the weight `[O, I, …]`.
    fileprivate func filterNorms(_ layer: String) -> [Double] {
        guard let weight = parameter("\(layer).weight")?.value else { fatalError("\(layer) has no weight") }
        let size = weight.shape.count / weight.shape[0]
        return weight.withScalars { values in
            (0..<weight.shape[0]).map { unit in
                values[(unit * size)..<((unit + 1) * size)].reduce(0) { $0 + Double(abs($1)) }
            }
        }
    }

    /// The L1 norm of the weights of a layer that read each unit in front of it: of `[…, i, …]` in `[O, I, …]`, where every
    /// unit stands for `inputsPerUnit` neighbouring inputs.
    fileprivate func readerNorms(_ layer: String, inputsPerUnit: Int) -> [Double] {
        guard let weight = parameter("\(layer).weight")?.value else { fatalError("\(layer) has no weight") }
        let inputs = weight.shape[1]
        let area = weight.shape.count / (weight.shape[0] * inputs)
        var norms = [Double](repeating: 0, count: inputs / inputsPerUnit)
        weight.withScalars { values in
            for (place, value) in values.enumerated() {
                norms[place / area % inputs / inputsPerUnit] += Double(abs(value))
            }
        }
        return norms
    }
}
