// SPDX-License-Identifier: Apache-2.0
// Weights that a network starts from: elbo's own files, its checkpoints, and what PyTorch users save as safetensors.

import EngineKit
import Nets
import TensorCore

/// The weights of a file, matched with the tensors of one network by name and shape.
struct WeightImport {
    /// What the file is, for messages.
    private(set) var kind: String
    /// Values by elbo's names.
    private var values: [String: [Float]] = [:]

    /// Matches everything or fails.
    ///
    /// - Throws: `EngineError` that lists what is missing, what is unexpected and what has another shape.
    init(_ contents: Checkpoint, for network: FeedForwardNetwork) throws(EngineError) {
        if contents.metadata[NetworkFile.Key.network] != nil {
            kind = "a network file of elbo"
            try take(NetworkFile(contents), for: network)
        } else if contents.tensors.contains(where: { $0.name.hasPrefix(Self.checkpointPrefix) }) {
            kind = "a checkpoint of elbo"
            var own: [String: StoredTensor] = [:]
            for tensor in contents.tensors where tensor.name.hasPrefix(Self.checkpointPrefix) {
                own[String(tensor.name.dropFirst(Self.checkpointPrefix.count))] = tensor
            }
            try match(own, for: network, TensorNaming.own(network))
        } else {
            kind = "weights under the names of PyTorch"
            var tensors: [String: StoredTensor] = [:]
            for tensor in contents.tensors where !tensor.name.hasSuffix(Self.counter) {
                let name = Self.withoutWrapper(tensor.name)
                guard tensors.updateValue(tensor, forKey: name) == nil else {
                    throw EngineError(
                        "it holds \(name.printable(limit: 80)) twice, with and without a wrapper's prefix")
                }
            }
            try match(tensors, for: network, TensorNaming(network.architecture).following(tensors))
        }
    }

    /// Where checkpoints of elbo keep the network.
    private static let checkpointPrefix = "network."
    /// PyTorch's count of batches, which nothing here needs.
    private static let counter = "num_batches_tracked"

    /// A name without what PyTorch puts in front of it for data-parallel and for compiled modules.
    private static func withoutWrapper(_ name: String) -> String {
        var rest = Substring(name)
        while let prefix = ["module.", "_orig_mod."].first(where: rest.hasPrefix) {
            rest = rest.dropFirst(prefix.count)
        }
        return String(rest)
    }

    /// Puts the values into the network they were matched with.
    func assign(to network: FeedForwardNetwork) {
        for parameter in network.parameters {
            guard let values = values[parameter.name] else { fatalError("\(parameter.name) was not matched") }
            parameter.value.assign(Tensor(shape: parameter.value.shape, scalars: values))
        }
        for statistic in network.statistics {
            guard let values = values[statistic.name] else { fatalError("\(statistic.name) was not matched") }
            statistic.value = Tensor(shape: statistic.value.shape, scalars: values)
        }
    }

    private mutating func take(_ file: NetworkFile, for network: FeedForwardNetwork) throws(EngineError) {
        let (found, wanted) = (file.network.architecture, network.architecture.withoutGatesAndDropout)
        guard found.layers == wanted.layers, found.inputShape == wanted.inputShape else {
            let isNarrowed = found.name == wanted.name && found.inputShape == wanted.inputShape
            throw EngineError(
                "it holds \(found.name) with the widths \(found.widths) for images \(found.inputShape), the session's "
                    + "model is \(wanted.name) with \(wanted.widths) for \(wanted.inputShape)"
                    + (isNarrowed ? "; a network that has lost units cannot be the start of a whole one" : ""))
        }
        for parameter in file.network.parameters { values[parameter.name] = parameter.value.scalars() }
        for statistic in file.network.statistics { values[statistic.name] = statistic.value.scalars() }
    }

    private mutating func match(
        _ tensors: [String: StoredTensor], for network: FeedForwardNetwork, _ naming: TensorNaming
    ) throws(EngineError) {
        var mismatch = Mismatch()
        var used: Set<String> = []
        for (own, shape) in network.architecture.tensorShapes {
            let name = naming.named(own)
            guard let found = ([name.stored] + name.aliases).first(where: { tensors[$0] != nil }),
                let tensor = tensors[found]
            else {
                mismatch.missing.append(name.stored)
                continue
            }
            used.insert(found)
            guard tensor.shape == shape else {
                mismatch.wrong.append("\(found.printable(limit: 80)) \(tensor.shape) instead of \(shape)")
                continue
            }
            values[own] = mismatch.numbers(tensor, found)
        }
        // A bias in front of a batch normalization only shifts what is subtracted again.
        for (own, _) in network.architecture.tensorShapes where own.hasSuffix(".bn.running_mean") {
            let layer = own.dropLast(".bn.running_mean".count)
            let name = naming.named("\(layer).bias")
            guard let found = ([name.stored] + name.aliases).first(where: { tensors[$0] != nil && !used.contains($0) }),
                let tensor = tensors[found], let mean = values[own]
            else { continue }
            used.insert(found)
            guard tensor.shape == [mean.count] else {
                mismatch.wrong.append("\(found.printable(limit: 80)) \(tensor.shape) instead of [\(mean.count)]")
                continue
            }
            if let bias = mismatch.numbers(tensor, found) { values[own] = zip(mean, bias).map { $0 - $1 } }
        }
        mismatch.unexpected = tensors.keys.filter { !used.contains($0) }.sorted().map { $0.printable(limit: 80) }
        if let error = mismatch.error(network.architecture) { throw error }
    }
}

/// What does not fit, collected so that a user sees all of it at once.
private struct Mismatch {
    var missing: [String] = []
    var unexpected: [String] = []
    var wrong: [String] = []

    /// The values of a tensor, or a note that it has none that could be weights.
    mutating func numbers(_ tensor: StoredTensor, _ name: String) -> [Float]? {
        guard let values = tensor.floatingPointValues else {
            wrong.append("\(name) of type \(tensor.elementType.rawValue) instead of F32, F64, F16 or BF16")
            return nil
        }
        guard values.allSatisfy(\.isFinite) else {
            wrong.append("\(name) with numbers that are not finite")
            return nil
        }
        return values
    }

    func error(_ architecture: Architecture) -> EngineError? {
        let parts = [("missing", missing), ("unexpected", unexpected), ("unsuitable", wrong)].compactMap {
            title, names in
            names.isEmpty ? nil : "\(title): " + Self.list(names)
        }
        guard !parts.isEmpty else { return nil }
        return EngineError(
            "it does not fit \(architecture.name) with the widths \(architecture.widths): "
                + parts.joined(separator: "; "))
    }

    /// The first few of many; a wrong network would otherwise fill the screen.
    private static func list(_ names: [String]) -> String {
        let shown = 12
        let rest = names.count > shown ? " and \(names.count - shown) more" : ""
        return names.prefix(shown).joined(separator: ", ") + rest
    }
}

extension TensorNaming {
    /// Positions of modules in a numbered network; no list of layers is that long.
    private static let positions = 1_000_000

    /// elbo's own names on both sides, as checkpoints have them.
    static func own(_ network: FeedForwardNetwork) -> TensorNaming {
        let layers = TensorNaming(network.architecture).layers.map { layer in
            LayerTensors(
                layer: layer.layer, module: layer.layer,
                normalization: layer.normalization.map { _ in "\(layer.layer).bn" })
        }
        return TensorNaming(layers: layers, selections: [])
    }

    /// The same table with the positions that a file of a numbered network uses: repositories put dropout between
    /// layers, or leave modules out, so the n-th convolution of the file stands for the n-th of the network.
    func following(_ tensors: [String: StoredTensor]) -> TensorNaming {
        var layers = layers
        for section in ["features", "classifier"] {
            var (weights, normalizations): ([Int], [Int]) = ([], [])
            for (name, tensor) in tensors {
                let parts = name.split(separator: ".")
                guard parts.count == 3, parts[0] == section, let position = Int(parts[1]),
                    (0..<Self.positions).contains(position)
                else { continue }
                if parts[2] == "weight", tensor.shape.count > 1 { weights.append(position) }
                if parts[2] == "running_mean" { normalizations.append(position) }
            }
            weights.sort()
            let owners = layers.indices.filter { layers[$0].module.hasPrefix(section + ".") }
            for (index, position) in zip(owners, weights) {
                let next = weights.first { $0 > position } ?? .max
                let normalization = normalizations.filter { $0 > position && $0 < next }.min()
                layers[index].module = "\(section).\(position)"
                if layers[index].normalization != nil {
                    layers[index].normalization = "\(section).\(normalization ?? position + 1)"
                }
            }
        }
        return TensorNaming(layers: layers, selections: [])
    }
}
