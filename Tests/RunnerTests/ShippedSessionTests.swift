// SPDX-License-Identifier: Apache-2.0
// The session files that come with elbo: each loads, is complete, and builds its network for its images.

import Datasets
import EngineKit
import Foundation
import Nets
import SessionFile
import Testing
import Training

@testable import Runner
@testable import StochasticBatchNorm
@testable import StructuredPruning

@Suite struct ShippedSessionTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "sessions").path

    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    @Test func theFolderHoldsSessionsOnly() {
        #expect(Self.names.count >= 8)
        #expect(Self.names.allSatisfy { $0.hasSuffix(".toml") })
    }

    @Test(arguments: names)
    func everySessionIsCompleteAndWithoutProblems(name: String) throws {
        let path = "\(Self.folder)/\(name)"
        let session = try Session.load(path: path)
        let engine = try #require(allEngines.named(session.engine), "\(session.engine)")
        let settings = SettingsReader(session.settings)
        let recipe = engine.recipe(from: settings)
        #expect(settings.finish() == [])
        #expect(session.title != name && !session.title.isEmpty)
        // The chooser shows the comment at the top.
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("# "))

        if let recipe = recipe as? PruningRecipe { try expectFit(recipe.model, recipe.data) }
        if let recipe = recipe as? BatchNormRecipe {
            try expectFit(recipe.model, recipe.data)
            let other = try #require(recipe.outOfDomain)
            // Without a name they are other classes of the same data.
            let shapes = [recipe.data.name, other.name ?? recipe.data.name].map { name in
                allDatasets.first { $0.name == name }?.shape
            }
            #expect(shapes[0] == shapes[1])
        }
    }

    /// The network takes the images and answers with the classes.
    private func expectFit(_ model: ModelSelection, _ selection: DataSelection) throws {
        let data = try #require(allDatasets.first { $0.name == selection.name })
        let shape = [data.shape.channels, data.shape.height, data.shape.width]
        let total = data.classNames.count
        let classes = selection.classes.classes(of: total, seed: 1)?.count ?? total
        #expect(try model.architecture(imageShape: shape, classes: classes).shapes().last == [classes])
    }

    @Test func theVGGLikeSessionCanBeNarrowed() throws {
        let session = try Session.load(
            path: "\(Self.folder)/sbp-vgg-cifar10.toml", overrides: ["model.k=0.25"])
        let settings = SettingsReader(session.settings)
        let recipe = PruningRecipe(settings)
        #expect(settings.finish() == [])
        #expect(recipe.model.k == 0.25)
        #expect(recipe.freezesStatistics && recipe.data.augmentation == .cifar)
    }
}
