// SPDX-License-Identifier: Apache-2.0
// Physical removal: a smaller network that computes what the masked network computes.

import Nets
import TensorCore

/// Builds the network that remains when removed units are really gone.
///
/// Every gate is followed, through poolings and rectifiers, by a linear layer; the mean of a kept unit's scale is folded
/// into that layer's weights: `W' [o, i] = theta_i W [o, i]`. Removed units lose their filter, their bias, their batch
/// normalization entries and the next layer's input slice, so that masked and compact logits agree up to rounding.
///
/// A residual block that lost all its inner units adds a constant to its shortcut: the shortcut and an offset remain.
struct Compaction {
    let network: FeedForwardNetwork
    let keep: [[Bool]]
    let scales: [[Double]]

    /// Index of the next gate on the way through the layers.
    private var gate = 0
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
    /// - Returns: the smaller network, or `nil` when a layer outside of residual blocks has no unit left and the network
    ///   has become a constant.
    static func compact(
        _ network: FeedForwardNetwork, keep: [[Bool]], scales: [[Double]]
    ) -> FeedForwardNetwork? {
        var compaction = Compaction(network, keep: keep, scales: scales)
        let architecture = network.architecture
        guard compaction.follow(architecture.layers, shape: architecture.inputShape) else { return nil }
        return compaction.assemble(architecture)
    }

    private init(_ network: FeedForwardNetwork, keep: [[Bool]], scales: [[Double]]) {
        self.network = network
        self.keep = keep
        self.scales = scales
        kept = Array(0..<network.architecture.inputShape[0])
        pendingScale = Array(repeating: 1, count: kept.count)
    }

    /// Adds what remains of some layers.
    ///
    /// - Returns: false when a gate without units has made everything behind it a constant.
    private mutating func follow(_ sources: [LayerDescription], shape: [Int]) -> Bool {
        var shape = shape
        for (layer, after) in zip(sources, Architecture.shapes(after: sources, of: shape)) {
            switch layer {
            case .inputGate:
                select(keep[gate], from: kept)
                pendingScale = scales[gate]
                gate += 1
            case .convolution(var convolution):
                let gated = nextGate(convolution.gate != nil)
                addWeights(convolution.name, outputs: convolution.channels, gate: gated)
                convolution.channels = kept.count
                convolution.gate = nil
                layers.append(.convolution(convolution))
            case .dense(var dense):
                let gated = nextGate(dense.gate != nil)
                addWeights(dense.name, outputs: dense.units, gate: gated)
                dense.units = kept.count
                dense.gate = nil
                layers.append(.dense(dense))
            case .flatten(let name):
                flatten(gate: nextGate(name != nil), block: shape.dropFirst().reduce(1, *))
            case .residual(let block):
                guard follow(block, shape: shape) else { return false }
            case .maxPool, .globalAveragePool, .selectFeatures:
                layers.append(layer)
            case .offset(let offset):
                take("\(offset.name).bias", Array(0..<offset.channels))
                layers.append(layer)
            case .dropout:
                break
            }
            if kept.isEmpty { return false }
            shape = after
        }
        return true
    }

    private mutating func nextGate(_ isGated: Bool) -> Int? {
        guard isGated else { return nil }
        gate += 1
        return gate - 1
    }

    /// Both branches see all channels and end with all channels, each with the scale 1.
    private mutating func follow(_ block: ResidualDescription, shape: [Int]) -> Bool {
        let before = (layers: layers, kept: kept, scale: pendingScale, gate: gate)
        var constant: [Float]?
        layers = []
        if hasClosedGate(block.body) {
            constant = constantOutput(of: block.body, shape: shape, firstGate: gate)
            if constant == nil { return false }
            gate += block.body.reduce(0) { $0 + $1.gateCount }
        } else if !follow(block.body, shape: shape) {
            return false
        }
        let body = layers
        (layers, kept, pendingScale) = ([], before.kept, before.scale)
        guard follow(block.shortcut, shape: shape) else { return false }
        if let constant {
            values["\(block.name).bias"] = Tensor(shape: [constant.count], scalars: constant)
            layers.append(
                .offset(
                    OffsetDescription(name: block.name, channels: constant.count, activation: block.activation)))
            layers = before.layers + layers
        } else {
            let narrowed = ResidualDescription(
                name: block.name, body: body, shortcut: layers, activation: block.activation)
            layers = before.layers + [.residual(narrowed)]
        }
        return true
    }

    /// Whether some gate on the way through a body lets nothing through; blocks inside of it have a way around.
    private func hasClosedGate(_ body: [LayerDescription]) -> Bool {
        var index = gate
        for layer in body {
            if layer.gate != nil, !keep[index].contains(true) { return true }
            index += layer.gateCount
        }
        return false
    }

    private mutating func flatten(gate: Int?, block: Int) {
        layers.append(.flatten(gate: nil))
        pendingScale = pendingScale.flatMap { Array(repeating: $0, count: block) }
        let features = kept.flatMap { unit in (unit * block)..<((unit + 1) * block) }
        guard let gate else {
            kept = features
            return
        }
        select(keep[gate], from: features)
        for (feature, scale) in scales[gate].enumerated() { pendingScale[feature] *= scale }
    }

    /// Narrows the features to the kept ones; a selection is written only where something is really left out.
    private mutating func select(_ mask: [Bool], from features: [Int]) {
        let positions = features.indices.filter { mask[features[$0]] }
        if positions.count < features.count { layers.append(.selectFeatures(positions)) }
        kept = positions.map { features[$0] }
    }

    private mutating func addWeights(_ name: String, outputs: Int, gate: Int?) {
        let remaining = gate.map { gate in (0..<outputs).filter { keep[gate][$0] } } ?? Array(0..<outputs)
        if let weight = network.parameter("\(name).weight")?.value {
            values["\(name).weight"] = slice(weight, outputs: remaining)
        }
        for suffix in ["bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"] {
            take("\(name).\(suffix)", remaining)
        }
        kept = remaining
        pendingScale = gate.map { scales[$0] } ?? Array(repeating: 1, count: outputs)
    }

    /// Takes over the kept entries of a vector, if the network has it.
    private mutating func take(_ name: String, _ remaining: [Int]) {
        guard let value = network.parameter(name)?.value ?? network.statistic(name)?.value else { return }
        let all = value.scalars()
        values[name] = Tensor(shape: [remaining.count], scalars: remaining.map { all[$0] })
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
