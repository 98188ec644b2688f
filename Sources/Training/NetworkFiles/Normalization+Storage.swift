// SPDX-License-Identifier: Apache-2.0
// How images are scaled for a network, kept with its weights: without the training images it could not be found again.

public import Datasets
public import EngineKit

extension Checkpoint {
    /// Key of the scale's name in a run's checkpoint; its numbers are tensors with the same beginning.
    static let normalizationKey = "data.normalization"

    /// Stores how the images of a run are scaled.
    public mutating func put(_ normalization: Normalization) {
        put(normalization, prefix: Self.normalizationKey + ".")
        metadata[Self.normalizationKey] = normalization.name
    }

    /// How the images of a run are scaled; `nil` in checkpoints that do not say.
    ///
    /// - Throws: `EngineError` when what is stored does not fit images of the shape.
    public func normalization(for shape: ImageShape) throws(EngineError) -> Normalization? {
        guard let name = metadata[Self.normalizationKey] else { return nil }
        return try normalization(named: name, prefix: Self.normalizationKey + ".", for: shape)
    }

    /// Stores the numbers of a scale: `mean` of shape `[C, H, W]` or `[C]`, `standardDeviation` of shape `[C]`.
    mutating func put(_ normalization: Normalization, prefix: String, shape: ImageShape? = nil) {
        switch normalization {
        case .unit, .signed, .perImage: break
        case .centered(let mean):
            put(prefix + "mean", mean, shape: shape.map { [$0.channels, $0.height, $0.width] })
        case .standardized(let mean, let standardDeviation):
            put(prefix + "mean", mean)
            put(prefix + "standardDeviation", standardDeviation)
        }
    }

    /// The scale with a name and the numbers stored for it.
    func normalization(
        named name: String, prefix: String, for shape: ImageShape
    ) throws(EngineError) -> Normalization {
        func numbers(_ part: String, _ count: Int) throws(EngineError) -> [Float] {
            let values = try floats(prefix + part)
            guard values.count == count, values.allSatisfy(\.isFinite) else {
                throw EngineError("\(prefix)\(part) does not hold \(count) finite numbers, as images of \(shape) need")
            }
            return values
        }
        switch name {
        case "unit": return .unit
        case "signed": return .signed
        case "per-image": return .perImage
        case "mean-image": return .centered(meanImage: try numbers("mean", shape.count))
        case "channels":
            return .standardized(
                mean: try numbers("mean", shape.channels),
                standardDeviation: try numbers("standardDeviation", shape.channels))
        default: throw EngineError("the scale of images is '\(name.printable(limit: 40))', which elbo does not know")
        }
    }
}

extension Normalization {
    /// The name in session files, and of what session files cannot ask for.
    var name: String {
        switch self {
        case .unit: "unit"
        case .signed: "signed"
        case .centered: DataSelection.Scale.meanImage.rawValue
        case .standardized: DataSelection.Scale.channels.rawValue
        case .perImage: DataSelection.Scale.perImage.rawValue
        }
    }
}
