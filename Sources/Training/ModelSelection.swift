// SPDX-License-Identifier: Apache-2.0
// The `[model]` section of a session file: which architecture a run builds.

public import EngineKit
public import Nets

/// Which network a run builds.
public struct ModelSelection: Sendable, Equatable {
    /// A name of `names`.
    public var name: String
    /// Width multiplier of the networks that have one.
    public var k: Double
    /// Whether training without noise drops units out at random, as the published VGG-like network does.
    public var dropout: Bool
    /// Rate of the dropout of the networks that let one choose it, in (0, 1).
    public var dropoutRate: Double
    /// Path of a safetensors file with the weights to begin with; `nil` for random ones.
    public var weights: String?

    /// The networks a session file can name.
    public static let names = ["lenet5", "lenet5-bn", "lenet500-300", "vgg-like", "vgg11", "resnet18"]
    /// Those with a width multiplier.
    private static let scalable = ["vgg-like", "vgg11", "resnet18"]
    /// Those with dropout, and of them those whose rate is free.
    private static let droppable = ["vgg-like", "lenet5-bn", "vgg11"]
    private static let rated = ["lenet5-bn", "vgg11"]

    /// Reads the section.
    ///
    /// - Parameter standard: the network when the section names none, one of `names`.
    public init(_ settings: SettingsReader, default standard: String = "lenet5") {
        name = settings.string("name", default: standard, allowed: Self.names)
        k = settings.contains("k") ? settings.real("k", in: 0.01...8) : 1
        if settings.contains("k"), !Self.scalable.contains(name) {
            let scalable = Self.scalable.joined(separator: ", ")
            settings.report("k", allowed: "no width multiplier with \(name), only with \(scalable)")
        }
        dropout = settings.boolean("dropout", default: false)
        if dropout, !Self.droppable.contains(name) {
            let droppable = Self.droppable.joined(separator: ", ")
            settings.report("dropout", allowed: "no dropout with \(name), only with \(droppable)")
        }
        dropoutRate = settings.real("dropoutRate", default: 0.5, in: 0.01...0.99)
        if settings.contains("dropoutRate"), !(dropout && Self.rated.contains(name)) {
            let rated = Self.rated.joined(separator: " and ")
            settings.report("dropoutRate", allowed: "no rate of its own, only with dropout = true and \(rated)")
        }
        weights = settings.file("weights")
    }

    /// The architecture for images of a shape.
    ///
    /// - Parameter imageShape: `[C, H, W]`.
    /// - Throws: `EngineError` when the network cannot take such images.
    public func architecture(imageShape: [Int], classes: Int) throws(EngineError) -> Architecture {
        switch name {
        case "lenet500-300":
            return .leNet500300(inputs: imageShape.reduce(1, *), classes: classes)
        case "vgg-like", "vgg11":
            guard imageShape[1] >= 32, imageShape[2] >= 32 else {
                throw EngineError(
                    "\(name) halves the map five times and needs images of at least 32 x 32, "
                        + "these are \(imageShape[1]) x \(imageShape[2])")
            }
            if name == "vgg11" {
                return .vgg11(
                    k: k, inputShape: imageShape, classes: classes, dropout: dropout ? dropoutRate : 0)
            }
            return .vggLike(k: k, inputShape: imageShape, classes: classes, dropout: dropout)
        case "resnet18":
            guard imageShape[1] >= 8, imageShape[2] >= 8 else {
                throw EngineError(
                    "resnet18 halves the map three times and needs images of at least 8 x 8, "
                        + "these are \(imageShape[1]) x \(imageShape[2])")
            }
            return .resNet18(k: k, inputShape: imageShape, classes: classes)
        default:
            guard imageShape[1] >= 16, imageShape[2] >= 16 else {
                throw EngineError(
                    "\(name) needs images of at least 16 x 16, these are \(imageShape[1]) x \(imageShape[2])")
            }
            return name == "lenet5-bn"
                ? .leNet5Normalized(inputShape: imageShape, classes: classes, dropout: dropout ? dropoutRate : 0)
                : .leNet5(inputShape: imageShape, classes: classes)
        }
    }
}
