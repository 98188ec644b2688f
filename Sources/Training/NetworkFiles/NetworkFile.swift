// SPDX-License-Identifier: Apache-2.0
// A network as a file of its own: weights under PyTorch's names, and a header that says what they compute, on what.

public import Datasets
public import EngineKit
public import Nets

/// A classifier that can leave elbo: layers, weights, classes, and how images reach it.
///
/// The file has the safetensors layout [SAFETENSORS]. Its `__metadata__` holds JSON texts under the keys of `Key`; the
/// format is described in docs/Command-line.md.
public struct NetworkFile {
    /// The network; it has no gates and no dropout.
    public let network: FeedForwardNetwork
    /// Size of the images it takes.
    public let imageShape: ImageShape
    /// What the classes are called, in the order of the logits.
    public let classNames: [String]
    /// How images on the scale 0…1 reach the network.
    public let normalization: Normalization
    /// Where the network comes from: run, step, seed, versions, session.
    public var provenance: JSONObject
    /// What was measured of it: error, cost, differences.
    public var report: JSONObject

    /// Creates a file's content.
    ///
    /// - Precondition: the network has a logit per class and takes as many values as an image has.
    public init(
        network: FeedForwardNetwork, imageShape: ImageShape, classNames: [String], normalization: Normalization,
        provenance: JSONObject = [:], report: JSONObject = [:]
    ) {
        self.network = network
        self.imageShape = imageShape
        self.classNames = classNames
        self.normalization = normalization
        self.provenance = provenance
        self.report = report
    }

    /// Keys of the metadata.
    enum Key {
        /// What other programs look for: the names are those of PyTorch.
        static let format = "format"
        static let version = "elbo.version"
        static let network = "elbo.network"
        static let preprocessing = "elbo.preprocessing"
        static let classes = "elbo.classes"
        static let provenance = "elbo.provenance"
        static let report = "elbo.report"
    }

    /// Version of the format; a reader refuses others.
    static let version = "1"
    /// Beginning of the names of the numbers that scale images.
    static let preprocessingPrefix = "preprocessing."
    /// Largest file that is read.
    static let sizeLimit = 1 << 32
}

extension NetworkFile {
    /// The content as tensors and texts.
    public var contents: Checkpoint {
        let header = NetworkHeader(network.architecture)
        var contents = Checkpoint()
        for name in header.naming.tensors(of: network) {
            guard let value = network.parameter(name.own)?.value ?? network.statistic(name.own)?.value else { continue }
            contents.put(name.stored, value)
        }
        for (name, indices) in zip(header.naming.selections, header.architecture.selections) {
            contents.put(name, indices)
        }
        contents.put(normalization, prefix: Self.preprocessingPrefix, shape: imageShape)
        contents.metadata = [
            Key.format: "pt", Key.version: Self.version, Key.network: header.json.text,
            Key.preprocessing: preprocessing.text,
            Key.classes: JSONValue.array(classNames.map { .string($0) }).text, Key.provenance: provenance.text,
            Key.report: report.text,
        ]
        return contents
    }

    /// `{"imageShape", "pixels", "scale", "mean", "standardDeviation"}`, the last two as names of tensors.
    private var preprocessing: JSONObject {
        var object: JSONObject = [
            "imageShape": [
                .integer(imageShape.channels), .integer(imageShape.height), .integer(imageShape.width),
            ], "pixels": "0 to 1", "scale": .string(normalization.name),
        ]
        switch normalization {
        case .unit, .signed, .perImage: break
        case .centered: object["mean"] = .string(Self.preprocessingPrefix + "mean")
        case .standardized:
            object["mean"] = .string(Self.preprocessingPrefix + "mean")
            object["standardDeviation"] = .string(Self.preprocessingPrefix + "standardDeviation")
        }
        return object
    }
}

extension Architecture {
    /// The lists of kept features in network order.
    var selections: [[Int]] {
        func selections(_ layers: [LayerDescription]) -> [[Int]] {
            layers.flatMap { layer -> [[Int]] in
                switch layer {
                case .selectFeatures(let indices): [indices]
                case .residual(let block): selections(block.body) + selections(block.shortcut)
                default: []
                }
            }
        }
        return selections(layers)
    }

    /// The shape of every tensor of the network by its name, parameters and statistics, without building it.
    var tensorShapes: [(name: String, shape: [Int])] {
        func shapes(_ layers: [LayerDescription], _ input: [Int]) -> [(name: String, shape: [Int])] {
            var found: [(name: String, shape: [Int])] = []
            func add(_ name: String, _ weight: [Int], isNormalized: Bool) {
                found.append(("\(name).weight", weight))
                if isNormalized {
                    for part in TensorNaming.normalizationParts { found.append(("\(name).bn.\(part)", [weight[0]])) }
                } else {
                    found.append(("\(name).bias", [weight[0]]))
                }
            }
            var shape = input
            for (layer, after) in zip(layers, Architecture.shapes(after: layers, of: input)) {
                switch layer {
                case .convolution(let convolution):
                    add(
                        convolution.name,
                        [convolution.channels, shape[0], convolution.kernel, convolution.kernel],
                        isNormalized: convolution.batchNormalization)
                case .dense(let dense):
                    add(dense.name, [dense.units, shape[0]], isNormalized: dense.batchNormalization)
                case .residual(let block): found += shapes(block.body, shape) + shapes(block.shortcut, shape)
                case .offset(let offset): found.append(("\(offset.name).bias", [offset.channels]))
                case .inputGate, .maxPool, .globalAveragePool, .flatten, .selectFeatures, .dropout: break
                }
                shape = after
            }
            return found
        }
        return shapes(layers, inputShape)
    }
}
