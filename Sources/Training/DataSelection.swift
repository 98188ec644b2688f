// SPDX-License-Identifier: Apache-2.0
// The `[data]` section of a session file: which images and labels a run trains and tests on.

public import Datasets
public import EngineKit

/// Which data set a run uses and how its pixels become numbers.
public struct DataSelection: Sendable, Equatable {
    /// A name of the data set table.
    public var name: String
    /// Training images to use, from the front; `nil` for all.
    public var trainingLimit: Int?
    /// Test images to use, from the front; `nil` for all.
    public var testLimit: Int?
    /// Training images, the last so many, that are kept from training and take the place of the test part; 0 for none.
    public var holdOut: Int
    /// Classes to keep.
    public var classes: ClassSelection
    /// What the training images are labelled with; test labels stay true.
    public var labels: Labels
    /// Random changes to the training images.
    public var augmentation: Augmentation
    /// The scale of training and test images, after the changes.
    public var scale: Scale

    /// What training images are labelled with.
    public enum Labels: Sendable, Equatable {
        /// With their classes.
        case given
        /// With classes drawn once, independently and uniformly, from this seed, or from the run's without one.
        case random(seed: UInt64?)
    }

    /// How pixels on the scale 0…1 reach the network.
    public enum Scale: String, Sendable, CaseIterable {
        /// Minus the mean training image, as the pruning papers do it for digits.
        case meanImage = "mean-image"
        /// Minus the mean and over the deviation of each channel of the training images.
        case channels
        /// Each image minus its own mean, over its own deviation.
        case perImage = "per-image"
    }

    /// The augmentations that a session file can name, each with the scale that belongs to its recipe.
    static let augmentations: [(name: String, augmentation: Augmentation, scale: Scale)] = [
        ("none", .none, .meanImage), ("cifar", .cifar, .perImage), ("reflected-crop", .reflectedCrop, .channels),
    ]

    /// Reads the section.
    public init(_ settings: SettingsReader) {
        name = settings.string("name", default: "glyphs", allowed: allDatasets.map(\.name))
        trainingLimit = settings.contains("trainingLimit") ? settings.integer("trainingLimit", in: 1...) : nil
        testLimit = settings.contains("testLimit") ? settings.integer("testLimit", in: 1...) : nil
        classes = ClassSelection(settings, of: name)
        holdOut = settings.integer("holdOut", default: 0, in: 0...10_000_000)
        let isRandom = settings.string("labels", default: "given", allowed: ["given", "random"]) == "random"
        let seed = settings.contains("labelSeed") ? UInt64(settings.integer("labelSeed", in: 0...)) : nil
        if seed != nil, !isRandom {
            settings.report("labelSeed", allowed: "no seed with given labels, only with labels = \"random\"")
        }
        labels = isRandom ? .random(seed: seed) : .given
        let recipe = settings.string("augmentation", default: "none", allowed: Self.augmentations.map(\.name))
        let chosen = Self.augmentations.first { $0.name == recipe } ?? Self.augmentations[0]
        augmentation = chosen.augmentation
        let scale = settings.string(
            "normalization", default: chosen.scale.rawValue, allowed: Scale.allCases.map(\.rawValue))
        self.scale = Scale(rawValue: scale) ?? chosen.scale
    }

    /// The change of scale, measured on the training images where it has to be.
    func normalization(of train: ImageDataset) -> Normalization {
        switch scale {
        case .meanImage: .meanImage(of: train)
        case .channels: .channels(of: train)
        case .perImage: .perImage
        }
    }
}
