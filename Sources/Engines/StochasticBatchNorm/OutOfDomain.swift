// SPDX-License-Identifier: Apache-2.0
// The `[outOfDomain]` section: images of another kind, on which a network should be unsure.

import Datasets
import EngineKit
import Training

/// Which images are shown to a network that has never learned their kind.
struct OutOfDomainSelection: Sendable, Equatable {
    /// A name of the data set table.
    var name: String
    /// Test images to use, from the front; `nil` for all.
    var testLimit: Int?
    /// Classes to use; `nil` for all.
    var classes: [Int]?

    /// Reads the section.
    init(_ settings: SettingsReader) {
        name = settings.string("name", default: "letters", allowed: allDatasets.map(\.name))
        testLimit = settings.contains("testLimit") ? settings.integer("testLimit", in: 1...) : nil
        classes = DataSelection.classes(settings, of: name)
    }

    /// Loads the test part.
    ///
    /// - Throws: `EngineError` with the file or folder that is wrong, or when the images have another shape.
    func load(_ context: EngineContext, like inside: ImageDataset) throws(EngineError) -> ImageDataset {
        let request = DatasetRequest(
            directories: context.dataDirectories, requiredParts: [.test], trainCount: 1,
            testCount: classes == nil ? testLimit : nil, seed: context.seed)
        var images: ImageDataset
        do throws(DatasetError) {
            images = try loadDataset(named: name, request).test
        } catch {
            throw EngineError("outOfDomain: \(error.description)")
        }
        if let classes {
            images = images.keeping(classes: classes)
            if let testLimit { images = images.prefix(testLimit) }
        }
        guard images.shape == inside.shape else {
            throw EngineError(
                "outOfDomain: \(name) has images of \(images.shape), the network takes images of \(inside.shape)")
        }
        return images
    }
}
