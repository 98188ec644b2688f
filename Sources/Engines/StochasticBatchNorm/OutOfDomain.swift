// SPDX-License-Identifier: Apache-2.0
// The `[outOfDomain]` section: images of another kind, on which a network should be unsure.

import Datasets
import EngineKit
import Training

/// Which images are shown to a network that has never learned their kind.
struct OutOfDomainSelection: Sendable, Equatable {
    /// A name of the data set table; `nil` for the classes of the run's own data that are not learned.
    var name: String?
    /// Test images to use, from the front; `nil` for all.
    var testLimit: Int?
    /// Classes to use; `nil` for all.
    var classes: [Int]?

    /// What stands in the place of a name for the classes that `[data]` leaves out.
    private static let otherClasses = "other-classes"

    /// Reads the section.
    ///
    /// - Parameter data: what the network learns.
    init(_ settings: SettingsReader, beside data: DataSelection) {
        let name = settings.string(
            "name", default: "letters", allowed: allDatasets.map(\.name) + [Self.otherClasses])
        testLimit = settings.contains("testLimit") ? settings.integer("testLimit", in: 1...) : nil
        let total = allDatasets.first { $0.name == name }?.classNames.count ?? 10_000
        classes = ClassSelection.list(settings, total: total)
        self.name = name == Self.otherClasses ? nil : name
        guard self.name == nil else { return }
        if data.classes == .all {
            settings.report("name", allowed: "\(Self.otherClasses) only with classes or randomClasses in [data]")
        }
        if classes != nil { settings.report("classes", allowed: "no classes with \(Self.otherClasses)") }
    }

    /// Loads the test part.
    ///
    /// - Throws: `EngineError` with the file or folder that is wrong, or when the images have another shape.
    func load(
        _ context: EngineContext, beside data: DataSelection, like inside: ImageDataset
    ) throws(EngineError) -> ImageDataset {
        guard let name else {
            let images = try ClassifierData.otherTestImages(data, context)
            return testLimit.map { images.prefix($0) } ?? images
        }
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
