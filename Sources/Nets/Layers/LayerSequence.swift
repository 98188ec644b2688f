// SPDX-License-Identifier: Apache-2.0
// Layers with their weights, run one after the other; the branches of a residual block are sequences again.

import TensorCore

/// Some layers of a network with what they own.
struct LayerSequence {
    private let elements: [Element]

    /// A layer, its weights, the index of its gate, and its branches if it is a residual block: body, shortcut.
    private struct Element {
        let layer: LayerDescription
        var block: WeightedBlock?
        var offset: Parameter?
        var gate: Int?
        var branches: [LayerSequence] = []
    }

    /// Builds layers with fresh weights.
    ///
    /// - Parameters:
    ///   - inputShape: shape of one object in front of them.
    ///   - nextGate: index of the first gate that is met, and behind them that of the next one.
    init(
        _ layers: [LayerDescription], inputShape: [Int], initializer: NetworkInitializer, nextGate: inout Int
    ) {
        var elements: [Element] = []
        var shape = inputShape
        for (layer, after) in zip(layers, Architecture.shapes(after: layers, of: inputShape)) {
            var element = Element(layer: layer)
            switch layer {
            case .convolution(let convolution):
                element.block = WeightedBlock(
                    name: convolution.name,
                    weightShape: [convolution.channels, shape[0], convolution.kernel, convolution.kernel],
                    normalized: convolution.batchNormalization, activation: convolution.activation,
                    initializer: initializer)
            case .dense(let dense):
                element.block = WeightedBlock(
                    name: dense.name, weightShape: [dense.units, shape[0]], normalized: dense.batchNormalization,
                    activation: dense.activation, initializer: initializer)
            case .residual(let block):
                element.branches = [block.body, block.shortcut].map { layers in
                    LayerSequence(layers, inputShape: shape, initializer: initializer, nextGate: &nextGate)
                }
            case .offset(let offset):
                element.offset = Parameter("\(offset.name).bias", Tensor.zeros([offset.channels]))
            case .inputGate, .maxPool, .globalAveragePool, .flatten, .selectFeatures, .dropout:
                break
            }
            if layer.gate != nil {
                element.gate = nextGate
                nextGate += 1
            }
            elements.append(element)
            shape = after
        }
        self.elements = elements
    }

    /// All trained tensors in network order; the body of a residual block comes before its shortcut.
    var parameters: [Parameter] {
        elements.flatMap { element in
            (element.block?.parameters ?? []) + (element.offset.map { [$0] } ?? [])
                + element.branches.flatMap(\.parameters)
        }
    }

    /// All tracked statistics in network order.
    var statistics: [TrackedStatistic] {
        elements.flatMap { ($0.block?.statistics ?? []) + $0.branches.flatMap(\.statistics) }
    }

    /// Runs the layers.
    func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
        var x = input
        /// A gate waiting behind a pooling: scaling the smaller map is cheaper and gates commute with the maximum.
        var waiting: Tensor?
        for element in elements {
            let gate = element.gate.flatMap { $0 < pass.gates.count ? pass.gates[$0] : nil }
            if let scale = waiting {
                if case .maxPool(let window) = element.layer {
                    x = maxPool(x, window: window, stride: window)
                    x = x.scaleChannels(by: scale)
                    waiting = nil
                    continue
                }
                x = x.scaleChannels(by: scale)
                waiting = nil
            }
            switch element.layer {
            case .inputGate:
                waiting = gate
            case .convolution(let convolution):
                guard let block = element.block else { fatalError("\(convolution.name) has no weights") }
                let result = block.run(x, pass, gate: gate) { x, weight, bias, activation in
                    TensorCore.convolution(
                        x, weight: weight, bias: bias, stride: convolution.stride, padding: convolution.padding,
                        activation: activation)
                }
                x = result.output
                waiting = result.gateApplied ? nil : gate
            case .dense(let dense):
                guard let block = element.block else { fatalError("\(dense.name) has no weights") }
                let result = block.run(x, pass, gate: gate) { x, weight, bias, activation in
                    linear(x, weight: weight, bias: bias, activation: activation)
                }
                x = result.output
                waiting = result.gateApplied ? nil : gate
            case .maxPool(let window):
                x = maxPool(x, window: window, stride: window)
            case .globalAveragePool:
                x = x.mean(axes: [2, 3])
            case .flatten:
                x = x.flatten(from: 1)
                waiting = gate
            case .selectFeatures(let indices):
                x = x.gather(indices.map(Int32.init), axis: 1)
            case .dropout(let rate):
                if let dropout = pass.dropout { x = x * dropout.mask(x.shape, rate: rate) }
            case .residual(let block):
                x = block.activation(element.branches[0](x, pass) + element.branches[1](x, pass))
            case .offset(let offset):
                guard let values = element.offset else { fatalError("\(offset.name) has no values") }
                x = offset.activation(x.addingChannels(values.value))
            }
        }
        return waiting.map { x.scaleChannels(by: $0) } ?? x
    }
}
