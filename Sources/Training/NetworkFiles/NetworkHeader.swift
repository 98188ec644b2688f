// SPDX-License-Identifier: Apache-2.0
// An architecture as JSON with the names of its tensors, so that a file of weights says by itself what it computes.

import EngineKit
import Nets
import TensorCore

/// What the header of a network file says about layers.
///
/// Gates and dropout are left out: a network in a file has its units removed and predicts.
struct NetworkHeader {
    /// Constant in the denominator of batch normalization, the one that elbo and PyTorch use.
    static let normalizationEpsilon = 1e-5

    let architecture: Architecture
    let naming: TensorNaming

    /// The header of an architecture under the names of TensorNaming.
    init(_ architecture: Architecture) {
        self.architecture = architecture.withoutGatesAndDropout
        naming = TensorNaming(self.architecture)
    }

    /// A header that was read.
    init(_ architecture: Architecture, _ naming: TensorNaming) {
        self.architecture = architecture
        self.naming = naming
    }

    /// `{"name", "inputShape", "normalizationEpsilon", "layers"}`; docs/Command-line.md has the fields of the layers.
    var json: JSONObject {
        var selection = 0
        return [
            "name": .string(architecture.name),
            "inputShape": .array(architecture.inputShape.map { .integer($0) }),
            "normalizationEpsilon": .real(Self.normalizationEpsilon),
            "layers": .array(architecture.layers.map { json(of: $0, &selection) }),
        ]
    }

    private func json(of layer: LayerDescription, _ selection: inout Int) -> JSONValue {
        switch layer {
        case .convolution(let convolution):
            var object = start("convolution", convolution.name, isNormalized: convolution.batchNormalization)
            object["channels"] = .integer(convolution.channels)
            object["kernel"] = .integer(convolution.kernel)
            object["stride"] = .integer(convolution.stride)
            object["padding"] = .integer(convolution.padding)
            object["activation"] = .string(convolution.activation.name)
            return .object(object)
        case .dense(let dense):
            var object = start("dense", dense.name, isNormalized: dense.batchNormalization)
            object["units"] = .integer(dense.units)
            object["activation"] = .string(dense.activation.name)
            return .object(object)
        case .maxPool(let window): return ["type": "maxPool", "window": .integer(window)]
        case .globalAveragePool: return ["type": "globalAveragePool"]
        case .flatten: return ["type": "flatten"]
        case .selectFeatures(let indices):
            defer { selection += 1 }
            return [
                "type": "selectFeatures", "index": .string(naming.selections[selection]),
                "count": .integer(indices.count),
            ]
        case .residual(let block):
            return [
                "type": "residual", "name": .string(block.name),
                "body": .array(block.body.map { json(of: $0, &selection) }),
                "shortcut": .array(block.shortcut.map { json(of: $0, &selection) }),
                "activation": .string(block.activation.name),
            ]
        case .offset(let offset):
            return [
                "type": "offset", "name": .string(offset.name), "channels": .integer(offset.channels),
                "offset": .string("\(naming.tensors(of: offset.name)?.module ?? offset.name).offset"),
                "activation": .string(offset.activation.name),
            ]
        case .inputGate, .dropout: fatalError("\(layer) has no place in a file")
        }
    }

    private func start(_ type: String, _ name: String, isNormalized: Bool) -> JSONObject {
        let tensors = naming.tensors(of: name)
        return [
            "type": .string(type), "name": .string(name), "weights": .string(tensors?.module ?? name),
            "normalization": isNormalized ? .string(tensors?.normalization ?? "\(name).bn") : .null,
        ]
    }
}

extension Activation {
    /// The names in files.
    static let names: [(name: String, activation: Activation)] = [("none", .none), ("relu", .relu), ("tanh", .tanh)]

    /// The name in files.
    var name: String { Self.names.first { $0.activation == self }?.name ?? "none" }
}

extension Architecture {
    /// The same network as it predicts: nothing to scale units with, nothing that drops them.
    var withoutGatesAndDropout: Architecture {
        Architecture(name: name, inputShape: inputShape, layers: Self.plain(layers))
    }

    private static func plain(_ layers: [LayerDescription]) -> [LayerDescription] {
        layers.compactMap { layer in
            switch layer {
            case .inputGate, .dropout: return nil
            case .convolution(var convolution):
                convolution.gate = nil
                return .convolution(convolution)
            case .dense(var dense):
                dense.gate = nil
                return .dense(dense)
            case .flatten: return .flatten(gate: nil)
            case .residual(var block):
                block.body = plain(block.body)
                block.shortcut = plain(block.shortcut)
                return .residual(block)
            case .maxPool, .globalAveragePool, .selectFeatures, .offset: return layer
            }
        }
    }

    /// Channels and units of the layers with weights, such as `20-50-500-10`; shortcuts are left out.
    var widths: String {
        func widths(_ layers: [LayerDescription]) -> [Int] {
            layers.flatMap { layer -> [Int] in
                switch layer {
                case .convolution(let convolution): [convolution.channels]
                case .dense(let dense): [dense.units]
                case .residual(let block): widths(block.body)
                default: []
                }
            }
        }
        return widths(layers).map(String.init).joined(separator: "-")
    }
}
