// SPDX-License-Identifier: Apache-2.0
// Opens a network file without the run it came from. The file may come from anywhere: every claim is checked.

import Datasets
public import EngineKit
import Nets
import TensorCore

extension NetworkFile {
    /// Opens a file.
    ///
    /// - Throws: `EngineError` with the file's name and the first thing that is wrong.
    public init(path: String) throws(EngineError) {
        let contents = try readTensors(path)
        do throws(EngineError) {
            try self.init(contents)
        } catch {
            throw EngineError("\(path.printable()): \(error.description)")
        }
    }

    /// Takes a network out of what a file holds.
    ///
    /// - Throws: `EngineError` with the first thing that is wrong.
    public init(_ contents: Checkpoint) throws(EngineError) {
        guard let version = contents.metadata[Key.version], contents.metadata[Key.network] != nil else {
            throw EngineError(
                "the file holds tensors and no network of elbo: its header has no \(Key.network). "
                    + "Weights alone can be trained on with `weights` in [model]")
        }
        guard version == Self.version else {
            throw EngineError(
                "the file has version \(version.printable(limit: 20)) of the format, "
                    + "this elbo reads version \(Self.version)")
        }
        let classNames = try Self.classNames(try contents.json(Key.classes))
        let (imageShape, normalization) = try Self.preprocessing(try contents.json(Key.preprocessing), contents)
        let header = try NetworkHeader.read(try contents.json(Key.network)) { (name) throws(EngineError) in
            guard let indices = try? contents.integers(name) else {
                throw EngineError("tensor \(name) is missing or no list of whole numbers (I64)")
            }
            return indices
        }
        try Self.requireExactly(header, contents)
        let architecture = header.architecture
        guard architecture.inputShape.reduce(1, *) == imageShape.count,
            architecture.inputShape.count == 1 || architecture.inputShape[0] == imageShape.channels
        else {
            throw EngineError("the network takes \(architecture.inputShape), its images are \(imageShape)")
        }
        let logits = architecture.shapes().last ?? architecture.inputShape
        guard logits == [classNames.count] else {
            throw EngineError("the network has \(logits[0]) logits for \(classNames.count) classes")
        }
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 0))
        for name in header.naming.tensors(of: network) {
            let values = try contents.floats(name.stored)
            guard values.allSatisfy(\.isFinite) else {
                throw EngineError("tensor \(name.stored) holds numbers that are not finite")
            }
            if let parameter = network.parameter(name.own) {
                parameter.value.assign(Tensor(shape: parameter.value.shape, scalars: values))
            } else if let statistic = network.statistic(name.own) {
                statistic.value = Tensor(shape: statistic.value.shape, scalars: values)
            }
        }
        self.init(
            network: network, imageShape: imageShape, classNames: classNames, normalization: normalization,
            provenance: try contents.json(Key.provenance).object ?? [:],
            report: try contents.json(Key.report).object ?? [:])
    }

    /// Every tensor that the layers need, of the right type and shape, and no other: checked before memory is taken.
    private static func requireExactly(_ header: NetworkHeader, _ contents: Checkpoint) throws(EngineError) {
        var known = Set(header.naming.selections)
        var owned: Set<String> = []
        for (own, shape) in header.architecture.tensorShapes {
            guard owned.insert(own).inserted else { throw EngineError("two tensors of the network are called \(own)") }
            let name = header.naming.named(own).stored
            guard let tensor = contents[name] else { throw EngineError("tensor \(name) is missing") }
            guard tensor.elementType == .float32, tensor.shape == shape else {
                throw EngineError(
                    "tensor \(name) is \(tensor.elementType.rawValue) of shape \(tensor.shape), "
                        + "the header says F32 of shape \(shape)")
            }
            known.insert(name)
        }
        let foreign = contents.tensors.first {
            !known.contains($0.name) && !$0.name.hasPrefix(preprocessingPrefix)
        }
        if let foreign { throw EngineError("tensor \(foreign.name.printable(limit: 80)) belongs to no layer") }
    }

    private static func classNames(_ json: JSONValue) throws(EngineError) -> [String] {
        guard let values = json.array, (1...100_000).contains(values.count) else {
            throw EngineError("\(Key.classes) is not a list of 1 to 100000 names")
        }
        var names: [String] = []
        for value in values {
            guard let name = value.string else { throw EngineError("\(Key.classes) holds something else than text") }
            // Names go to terminals and into tables.
            names.append(name.printable(limit: 100))
        }
        return names
    }

    private static func preprocessing(
        _ json: JSONValue, _ contents: Checkpoint
    ) throws(EngineError) -> (ImageShape, Normalization) {
        guard let object = json.object, let sizes = object["imageShape"]?.array?.map(\.wholeNumber), sizes.count == 3,
            let channels = sizes[0], let height = sizes[1], let width = sizes[2],
            [channels, height, width].allSatisfy({ (1...NetworkHeader.Limits.extent).contains($0) }),
            channels * height * width <= NetworkHeader.Limits.valuesPerObject
        else {
            throw EngineError("imageShape is not a list of channels, height and width")
        }
        let shape = ImageShape(channels: channels, height: height, width: width)
        let scale = object["scale"]?.string ?? ""
        return (shape, try contents.normalization(named: scale, prefix: preprocessingPrefix, for: shape))
    }
}

/// All tensors and texts of a safetensors file.
///
/// - Throws: `EngineError` with the file's name.
func readTensors(_ path: String) throws(EngineError) -> Checkpoint {
    let bytes: [UInt8]
    do throws(FileError) {
        bytes = try readWholeFile(path, limit: NetworkFile.sizeLimit)
    } catch {
        throw EngineError(error.description)
    }
    do throws(SafetensorsError) {
        return try Safetensors.decode(bytes)
    } catch {
        throw EngineError("\(path.printable()) is not a safetensors file: \(error.description)")
    }
}

extension Checkpoint {
    /// The JSON document in a text of the metadata.
    fileprivate func json(_ key: String) throws(EngineError) -> JSONValue {
        guard let text = metadata[key] else { throw EngineError("the header has no entry \(key)") }
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw EngineError("\(key) is not JSON: \(error.description)")
        }
    }
}
