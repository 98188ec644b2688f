// SPDX-License-Identifier: Apache-2.0
// The one table between elbo's names of tensors and those of a PyTorch `state_dict`, read in both directions.

import Nets
import TensorCore

/// Where the tensors of a layer are in a `state_dict`.
struct LayerTensors {
    /// Name of the layer in elbo, such as `conv1` or `layer2.0.shortcut`.
    var layer: String
    /// Name of the module that holds weight and bias, such as `features.0`, or an offset.
    var module: String
    /// Name of the batch normalization's module, such as `features.1`, if the layer has one.
    var normalization: String?
    /// Whether this is an offset, what remains of a residual block: one tensor `offset`, which elbo calls a bias.
    var isOffset = false
    /// Other names of the two modules that files use, the usual ones first.
    var aliases: [(module: String, normalization: String?)] = []
}

/// The names of all layers of an architecture in a `state_dict`.
///
/// `vgg-like` and `vgg11` are numbered as torchvision numbers VGG with batch normalization: `features.N` and `classifier.N`, N
/// counting convolutions, normalizations, rectifiers and poolings. All other networks keep their layer names; there the
/// normalization behind `conv1` is `bn1`, and a shortcut is `downsample.0` with `downsample.1`, as in torchvision's ResNet.
struct TensorNaming {
    /// In network order, one entry per layer with tensors.
    private(set) var layers: [LayerTensors] = []
    /// Names of the lists of kept features (`selectFeatures`), in network order.
    private(set) var selections: [String] = []
    private let isNumbered: Bool
    /// Where the next numbered module goes.
    private var section = "features"
    private var position = 0

    init(_ architecture: Architecture) {
        isNumbered = ["vgg-like", "vgg11"].contains(architecture.name)
        follow(architecture.layers)
    }

    /// The names that a file gives itself.
    init(layers: [LayerTensors], selections: [String]) {
        self.layers = layers
        self.selections = selections
        isNumbered = false
    }

    /// The names of a layer's tensors.
    func tensors(of layer: String) -> LayerTensors? { layers.first { $0.layer == layer } }

    private mutating func follow(_ sources: [LayerDescription]) {
        for source in sources {
            switch source {
            case .convolution(let convolution):
                add(convolution.name, isNormalized: convolution.batchNormalization)
                if convolution.activation != .none { position += 1 }
            case .dense(let dense):
                add(dense.name, isNormalized: dense.batchNormalization)
                if dense.activation != .none { position += 1 }
            case .maxPool: position += 1
            case .flatten:
                section = "classifier"
                position = 0
            case .selectFeatures: selections.append("select\(selections.count + 1).index")
            case .residual(let block):
                follow(block.body)
                follow(block.shortcut)
            case .offset(let offset):
                layers.append(LayerTensors(layer: offset.name, module: offset.name, isOffset: true))
            case .inputGate, .globalAveragePool, .dropout: break
            }
        }
    }

    private mutating func add(_ name: String, isNormalized: Bool) {
        guard isNumbered else {
            layers.append(Self.named(name, isNormalized: isNormalized))
            return
        }
        let module = "\(section).\(position)"
        position += 1
        layers.append(
            LayerTensors(
                layer: name, module: module, normalization: isNormalized ? "\(section).\(position)" : nil,
                aliases: [(name, isNormalized ? "\(name).bn" : nil)]))
        if isNormalized { position += 1 }
    }

    private static func named(_ name: String, isNormalized: Bool) -> LayerTensors {
        func normalization(_ text: String) -> String? { isNormalized ? text : nil }
        // elbo's own names are accepted everywhere; so are those of the ResNet for CIFAR that many repositories share.
        var aliases = [(name, normalization("\(name).bn"))]
        var parts = name.split(separator: ".").map(String.init)
        let last = parts.removeLast()
        let prefix = parts.map { $0 + "." }.joined()
        if last == "shortcut" {
            aliases.insert(("\(name).0", normalization("\(name).1")), at: 0)
            return LayerTensors(
                layer: name, module: "\(prefix)downsample.0", normalization: normalization("\(prefix)downsample.1"),
                aliases: aliases)
        }
        if name == "fc" { aliases.append(("linear", normalization("linear_bn"))) }
        let normalizationName = last.hasPrefix("conv") ? "\(prefix)bn\(last.dropFirst(4))" : "\(name)_bn"
        return LayerTensors(
            layer: name, module: name, normalization: normalization(normalizationName), aliases: aliases)
    }
}

/// A tensor of a network with the name it has in a file.
struct NamedTensor: Equatable {
    /// elbo's name, such as `conv1.bn.weight`.
    var own: String
    /// The file's name, such as `bn1.weight`.
    var stored: String
    /// Other names that files give it.
    var aliases: [String] = []
}

extension TensorNaming {
    /// The last parts of the names of a batch normalization's tensors.
    static let normalizationParts = ["weight", "bias", "running_mean", "running_var"]

    /// Both names of every parameter and statistic of a network, in network order.
    func tensors(of network: FeedForwardNetwork) -> [NamedTensor] {
        (network.parameters.map(\.name) + network.statistics.map(\.name)).map(named)
    }

    /// Both names of one tensor.
    func named(_ own: String) -> NamedTensor {
        for layer in layers where own.hasPrefix(layer.layer + ".") {
            let rest = String(own.dropFirst(layer.layer.count + 1))
            if rest.hasPrefix("bn."), let normalization = layer.normalization {
                let part = rest.dropFirst(3)
                guard Self.normalizationParts.contains(String(part)) else { continue }
                return NamedTensor(
                    own: own, stored: "\(normalization).\(part)",
                    aliases: layer.aliases.compactMap { alias in alias.normalization.map { "\($0).\(part)" } })
            }
            if rest == "weight" || rest == "bias" {
                return NamedTensor(
                    own: own, stored: "\(layer.module).\(layer.isOffset ? "offset" : rest)",
                    aliases: layer.aliases.map { "\($0.module).\(rest)" })
            }
        }
        fatalError("no layer of the network owns \(own)")
    }
}
