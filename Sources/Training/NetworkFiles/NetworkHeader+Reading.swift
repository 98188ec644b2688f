// SPDX-License-Identifier: Apache-2.0
// Reads layers that anybody may have written. What passes here can be built and run without a trap.

import EngineKit
import Nets
import TensorCore

extension NetworkHeader {
    /// Bounds that no network of elbo comes near; they keep sizes far from overflow and memory from being exhausted.
    enum Limits {
        static let layers = 1000
        static let depth = 4
        static let extent = 4096
        static let units = 1 << 20
        static let window = 64
        /// Values of one object behind a layer: 64 MB in single precision.
        static let valuesPerObject = 1 << 24
        static let nameLength = 100
    }

    /// Reads what `json` wrote.
    ///
    /// - Parameter selection: the list of kept features stored under a name, or why there is none.
    /// - Throws: `EngineError` naming the layer, what was found and what is allowed.
    static func read(
        _ json: JSONValue, selection: (String) throws(EngineError) -> [Int]
    ) throws(EngineError) -> NetworkHeader {
        guard let object = json.object else { throw EngineError("the network's header is not a JSON object") }
        let name = try text(object, "name", "the network")
        if let epsilon = object["normalizationEpsilon"]?.number, epsilon != normalizationEpsilon {
            throw EngineError(
                "batch normalization has the epsilon \(epsilon), elbo computes with \(normalizationEpsilon)")
        }
        guard let sizes = object["inputShape"]?.array, sizes.count == 1 || sizes.count == 3 else {
            throw EngineError("inputShape is not a list of 1 or 3 sizes")
        }
        var shape: [Int] = []
        for size in sizes {
            guard let size = size.wholeNumber, (1...Limits.valuesPerObject).contains(size) else {
                throw EngineError("inputShape has a size that is not a whole number from 1")
            }
            shape.append(size)
        }
        if shape.count == 3, shape.contains(where: { $0 > Limits.extent }) {
            throw EngineError("inputShape \(shape) is larger than \(Limits.extent) in one direction")
        }
        var reader = LayerReader()
        let layers = try withoutActuallyEscaping(selection) { selection throws(EngineError) in
            try reader.layers(object["layers"], shape: shape, depth: 0, selection)
        }
        guard reader.lastShape(layers, shape).count == 1 else {
            throw EngineError("the layers end with a map, not with one number per class")
        }
        return NetworkHeader(
            Architecture(name: name, inputShape: shape, layers: layers),
            TensorNaming(layers: reader.named, selections: reader.selections))
    }

    /// A name: printable ASCII without spaces, so that it can stand in messages and in names of tensors.
    static func text(_ object: JSONObject, _ key: String, _ owner: String) throws(EngineError) -> String {
        guard let text = object[key]?.string, !text.isEmpty, text.utf8.count <= Limits.nameLength,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw EngineError(
                "\(key) of \(owner) is not a text of 1 to \(Limits.nameLength) ASCII characters without spaces")
        }
        return text
    }
}

/// Reads a list of layers and checks that each fits behind the one before.
private struct LayerReader {
    private(set) var named: [LayerTensors] = []
    private(set) var selections: [String] = []
    private var names: Set<String> = []
    private var count = 0

    typealias Selection = (String) throws(EngineError) -> [Int]

    func lastShape(_ layers: [LayerDescription], _ shape: [Int]) -> [Int] {
        Architecture.shapes(after: layers, of: shape).last ?? shape
    }

    mutating func layers(
        _ value: JSONValue?, shape: [Int], depth: Int, _ selection: Selection
    ) throws(EngineError) -> [LayerDescription] {
        guard let values = value?.array else { throw EngineError("layers, body or shortcut is not a list") }
        guard depth <= NetworkHeader.Limits.depth else { throw EngineError("residual blocks are nested too deeply") }
        var (layers, shape): ([LayerDescription], [Int]) = ([], shape)
        for value in values {
            count += 1
            guard count <= NetworkHeader.Limits.layers else {
                throw EngineError("there are more than \(NetworkHeader.Limits.layers) layers")
            }
            let layer = try layer(value, number: count, shape: shape, depth: depth, selection)
            layers.append(layer)
            shape = Architecture.shapes(after: [layer], of: shape)[0]
            var values = 1
            for size in shape { values = size <= 0 ? 0 : values.multipliedReportingOverflow(by: size).partialValue }
            guard values > 0, values <= NetworkHeader.Limits.valuesPerObject else {
                throw EngineError("layer \(count) makes \(shape) of an image")
            }
        }
        return layers
    }

    private mutating func layer(
        _ value: JSONValue, number: Int, shape: [Int], depth: Int, _ selection: Selection
    ) throws(EngineError) -> LayerDescription {
        guard let object = value.object, let type = object["type"]?.string else {
            throw EngineError("layer \(number) is not an object with a type")
        }
        let isMap = shape.count == 3
        func fits(_ condition: Bool) throws(EngineError) {
            if !condition { throw EngineError("layer \(number) (\(type.printable(limit: 40))) does not fit \(shape)") }
        }
        func whole(_ key: String, _ range: ClosedRange<Int>) throws(EngineError) -> Int {
            guard let value = object[key]?.wholeNumber, range.contains(value) else {
                throw EngineError(
                    "\(key) of layer \(number) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        typealias Limits = NetworkHeader.Limits
        switch type {
        case "convolution":
            let kernel = try whole("kernel", 1...Limits.window)
            let padding = try whole("padding", 0...max(0, kernel - 1))
            try fits(isMap && shape[1] + 2 * padding >= kernel && shape[2] + 2 * padding >= kernel)
            let (name, isNormalized) = try names(object, number)
            return .convolution(
                ConvolutionDescription(
                    name: name, channels: try whole("channels", 1...Limits.units), kernel: kernel,
                    stride: try whole("stride", 1...Limits.window), padding: padding,
                    batchNormalization: isNormalized, activation: try activation(object, number), gated: false))
        case "dense":
            try fits(!isMap)
            let (name, isNormalized) = try names(object, number)
            return .dense(
                DenseDescription(
                    name: name, units: try whole("units", 1...Limits.units), batchNormalization: isNormalized,
                    activation: try activation(object, number), gated: false))
        case "maxPool":
            let window = try whole("window", 1...Limits.window)
            try fits(isMap && shape[1] >= window && shape[2] >= window)
            return .maxPool(window)
        case "globalAveragePool":
            try fits(isMap)
            return .globalAveragePool
        case "flatten": return .flatten(gate: nil)
        case "selectFeatures":
            try fits(!isMap)
            let name = try NetworkHeader.text(object, "index", "layer \(number)")
            try reserve(name)
            selections.append(name)
            let indices = try selection(name)
            guard !indices.isEmpty, indices.allSatisfy({ $0 >= 0 && $0 < shape[0] }) else {
                throw EngineError("\(name) selects features outside of the \(shape[0]) there are")
            }
            return .selectFeatures(indices)
        case "residual":
            try fits(isMap)
            let name = try NetworkHeader.text(object, "name", "layer \(number)")
            let body = try layers(object["body"], shape: shape, depth: depth + 1, selection)
            let shortcut = try layers(object["shortcut"], shape: shape, depth: depth + 1, selection)
            guard lastShape(body, shape) == lastShape(shortcut, shape), lastShape(body, shape).count == 3 else {
                throw EngineError("body and shortcut of \(name) do not end with maps of one shape")
            }
            return .residual(
                ResidualDescription(
                    name: name, body: body, shortcut: shortcut, activation: try activation(object, number)))
        case "offset":
            let channels = try whole("channels", 1...Limits.units)
            try fits(shape[0] == channels)
            let name = try NetworkHeader.text(object, "name", "layer \(number)")
            let tensor = try NetworkHeader.text(object, "offset", "layer \(number)")
            guard tensor.hasSuffix(".offset") else {
                throw EngineError("offset of layer \(number) is \(tensor), allowed: a name that ends in .offset")
            }
            try reserve(name)
            try reserve(tensor)
            named.append(LayerTensors(layer: name, module: String(tensor.dropLast(7)), isOffset: true))
            return .offset(
                OffsetDescription(name: name, channels: channels, activation: try activation(object, number)))
        default:
            throw EngineError("layer \(number) has the unknown type '\(type.printable(limit: 40))'")
        }
    }

    /// The layer's own name and those of its modules; each may be used once, or two layers would share tensors.
    private mutating func names(
        _ object: JSONObject, _ number: Int
    ) throws(EngineError) -> (name: String, isNormalized: Bool) {
        let name = try NetworkHeader.text(object, "name", "layer \(number)")
        let module = try NetworkHeader.text(object, "weights", "layer \(number)")
        var normalization: String?
        if let value = object["normalization"], value != .null {
            normalization = try NetworkHeader.text(object, "normalization", "layer \(number)")
        }
        try reserve("layer " + name)
        try reserve(module)
        if let normalization { try reserve(normalization) }
        named.append(LayerTensors(layer: name, module: module, normalization: normalization))
        return (name, normalization != nil)
    }

    private mutating func reserve(_ name: String) throws(EngineError) {
        guard names.insert(name).inserted else { throw EngineError("two layers share the name \(name)") }
    }

    private func activation(_ object: JSONObject, _ number: Int) throws(EngineError) -> Activation {
        guard let activation = Activation.names.first(where: { $0.name == object["activation"]?.string }) else {
            let allowed = Activation.names.map(\.name).joined(separator: ", ")
            throw EngineError("activation of layer \(number) is none of \(allowed)")
        }
        return activation.activation
    }
}
