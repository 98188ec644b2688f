// SPDX-License-Identifier: Apache-2.0
// Physical removal: a smaller network that computes what the masked network computes.

import Nets
import TensorCore

/// Builds the network that remains when removed units are really gone.
///
/// Every gate is followed, through poolings and rectifiers, by a linear layer; the mean of a kept unit's scale is folded
/// into that layer's weights: `W' [o, i] = theta_i W [o, i]`. Removed units lose their filter, their bias, their batch
/// normalization entries and the next layer's input slice, so that masked and compact logits agree up to rounding.
struct Compaction {
    private let network: FeedForwardNetwork
    private let keep: [[Bool]]
    private let scales: [[Double]]

    /// Units of the current feature axis that remain, as indices into the dense network's axis, and their scales.
    private var kept: [Int]
    private var pendingScale: [Double]
    private var layers: [LayerDescription] = []
    private var values: [String: Tensor] = [:]

    /// Removes units from a network.
    ///
    /// - Parameters:
    ///   - keep: one mask per gate, already closed under the coupling (`CostGraph.effectiveMasks`).
    ///   - scales: the factor that each unit keeps, E[theta].
    /// - Returns: the smaller network, or `nil` when a layer has no unit left and the network has become a constant.
    static func compact(
        _ network: FeedForwardNetwork, keep: [[Bool]], scales: [[Double]]
    ) -> FeedForwardNetwork? {
        guard keep.allSatisfy({ $0.contains(true) }) else { return nil }
        var compaction = Compaction(network, keep: keep, scales: scales)
        return compaction.build()
    }

    private init(_ network: FeedForwardNetwork, keep: [[Bool]], scales: [[Double]]) {
        self.network = network
        self.keep = keep
        self.scales = scales
        kept = Array(0..<network.architecture.inputShape[0])
        pendingScale = Array(repeating: 1, count: kept.count)
    }

    private mutating func build() -> FeedForwardNetwork {
        let architecture = network.architecture
        var shape = architecture.inputShape
        var gate = 0
        for (layer, after) in zip(architecture.layers, architecture.shapes()) {
            switch layer {
            case .inputGate:
                select(keep[gate], from: kept)
                pendingScale = scales[gate]
                gate += 1
            case .convolution(var convolution):
                let gated = convolution.gate != nil ? gate : nil
                addWeights(convolution.name, outputs: convolution.channels, gate: gated, convolution.batchNormalization)
                convolution.channels = kept.count
                convolution.gate = nil
                layers.append(.convolution(convolution))
                gate += gated == nil ? 0 : 1
            case .dense(var dense):
                let gated = dense.gate != nil ? gate : nil
                addWeights(dense.name, outputs: dense.units, gate: gated, dense.batchNormalization)
                dense.units = kept.count
                dense.gate = nil
                layers.append(.dense(dense))
                gate += gated == nil ? 0 : 1
            case .flatten(let name):
                layers.append(.flatten(gate: nil))
                let block = shape.dropFirst().reduce(1, *)
                pendingScale = pendingScale.flatMap { Array(repeating: $0, count: block) }
                let features = kept.flatMap { unit in (unit * block)..<((unit + 1) * block) }
                if name != nil {
                    select(keep[gate], from: features)
                    for (feature, scale) in scales[gate].enumerated() { pendingScale[feature] *= scale }
                    gate += 1
                } else {
                    kept = features
                }
            case .maxPool, .globalAveragePool, .selectFeatures:
                layers.append(layer)
            case .dropout:
                break
            }
            shape = after
        }
        return assemble(architecture)
    }

    /// Narrows the features to the kept ones; a selection is written only where something is really left out.
    private mutating func select(_ mask: [Bool], from features: [Int]) {
        let positions = features.indices.filter { mask[features[$0]] }
        if positions.count < features.count { layers.append(.selectFeatures(positions)) }
        kept = positions.map { features[$0] }
    }

    private mutating func addWeights(_ name: String, outputs: Int, gate: Int?, _ normalized: Bool) {
        let remaining = gate.map { gate in (0..<outputs).filter { keep[gate][$0] } } ?? Array(0..<outputs)
        if let weight = network.parameter("\(name).weight")?.value {
            values["\(name).weight"] = slice(weight, outputs: remaining)
        }
        for suffix in ["bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"] {
            let full = "\(name).\(suffix)"
            guard let value = network.parameter(full)?.value ?? network.statistic(full)?.value else { continue }
            let all = value.scalars()
            values[full] = Tensor(shape: [remaining.count], scalars: remaining.map { all[$0] })
        }
        kept = remaining
        pendingScale = gate.map { scales[$0] } ?? Array(repeating: 1, count: outputs)
    }

    /// The kept rows and columns of `[O, I, …]`, each column times the scale of its input unit.
    private func slice(_ weight: Tensor, outputs: [Int]) -> Tensor {
        let area = weight.shape.count / (weight.shape[0] * weight.shape[1])
        let inputs = weight.shape[1]
        var sizes = weight.shape.sizes
        sizes[0] = outputs.count
        sizes[1] = kept.count
        var values: [Float] = []
        values.reserveCapacity(outputs.count * kept.count * area)
        weight.withScalars { all in
            for output in outputs {
                for input in kept {
                    let start = (output * inputs + input) * area
                    for offset in start..<(start + area) {
                        values.append(Float(Double(all[offset]) * pendingScale[input]))
                    }
                }
            }
        }
        return Tensor(shape: Shape(sizes), scalars: values)
    }

    private func assemble(_ dense: Architecture) -> FeedForwardNetwork {
        let architecture = Architecture(name: dense.name, inputShape: dense.inputShape, layers: layers)
        let compact = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 0))
        for parameter in compact.parameters {
            if let value = values[parameter.name] { parameter.value.assign(value) }
        }
        for statistic in compact.statistics {
            if let value = values[statistic.name] { statistic.value = value }
        }
        return compact
    }
}
