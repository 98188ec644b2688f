// SPDX-License-Identifier: Apache-2.0
// What session files may say: defaults, every key, and files with several problems.

import EngineKit
import TestSupport
import Testing
import Training

@testable import StochasticBatchNorm

@Suite struct RecipeTests {
    private func list(_ texts: [String]) -> Setting.Value { .array(texts.map { Setting(.string($0), line: 1) }) }

    @Test func anEmptyFileIsALeNetOnGlyphs() {
        let settings = reader([:])
        let recipe = BatchNormRecipe(settings)
        #expect(settings.finish() == [])
        #expect(recipe.model.name == "lenet5-bn" && recipe.data.name == "glyphs" && recipe.outOfDomain == nil)
        #expect(recipe.train.epochs == 20 && recipe.members == 1 && recipe.draws == 32)
        #expect(recipe.methods == ["running", "virtual"] && recipe.batch == recipe.train.batch)
        #expect(recipe.fitBatches == 500 && recipe.checkBatches == 200)
        #expect(recipe.fitRule == .exact && !recipe.includesDense)
        #expect(recipe.directObjects == 200)
    }

    @Test func everyKeyIsRead() {
        let settings = reader([
            "data": ["name": .string("cifar10")],
            "outOfDomain": [
                "name": .string("cifar10"), "testLimit": .integer(50),
                "classes": .array([5, 6].map { Setting(.integer($0), line: 1) }),
            ],
            "model": ["name": .string("vgg11"), "k": .real(0.5), "dropout": .boolean(true), "dropoutRate": .real(0.3)],
            "train": ["epochs": .integer(7), "batch": .integer(16)],
            "sbn": [
                "members": .integer(6), "methods": list(["running", "dropout-virtual", "direct"]),
                "draws": .integer(50),
                "batch": .integer(32), "fitBatches": .integer(99), "fit": .string("exponential"),
                "layers": .string("all"), "directObjects": .integer(10),
            ],
        ])
        let recipe = BatchNormRecipe(settings)
        #expect(settings.finish() == [])
        #expect(recipe.outOfDomain?.name == "cifar10" && recipe.outOfDomain?.testLimit == 50)
        #expect(recipe.outOfDomain?.classes == [5, 6])
        #expect(recipe.model.dropoutRate == 0.3 && recipe.members == 6)
        #expect(recipe.methods == ["running", "dropout-virtual", "direct"])
        #expect(recipe.draws == 50 && recipe.batch == 32 && recipe.fitBatches == 99)
        #expect(recipe.fitRule == .exponential && recipe.includesDense && recipe.directObjects == 10)
    }

    @Test func otherClassesNeedClassesThatAreLearned() {
        func problems(_ data: KeyValuePairs<String, Setting.Value>, _ outside: KeyValuePairs<String, Setting.Value>)
            -> [String]
        {
            let settings = reader(["data": data, "outOfDomain": outside])
            _ = BatchNormRecipe(settings)
            return settings.finish().map(\.key)
        }
        let other: Setting.Value = .string("other-classes")
        #expect(problems(["randomClasses": .integer(5)], ["name": other]) == [])
        #expect(problems([:], ["name": other]) == ["outOfDomain.name"])
        let list: Setting.Value = .array([Setting(.integer(1), line: 1)])
        #expect(problems(["classes": list], ["name": other, "classes": list]) == ["outOfDomain.classes"])
    }

    @Test func allProblemsAreFoundAtOnce() {
        let settings = reader([
            "outOfDomain": ["classes": .array([Setting(.integer(99), line: 1)]), "augmentation": .string("cifar")],
            "model": ["name": .string("lenet5")],
            "train": ["epochs": .integer(0)],
            "sbn": [
                "members": .integer(2), "methods": list(["running", "running", "dropout"]), "draws": .integer(0),
                "layers": .string("some"), "drwas": .integer(3),
            ],
        ])
        _ = BatchNormRecipe(settings)
        let keys = settings.finish().map(\.key)
        #expect(
            Set(keys) == [
                "outOfDomain.classes", "outOfDomain.augmentation", "model.name", "sbn.members", "sbn.methods",
                "sbn.draws", "sbn.layers", "sbn.drwas",
            ])
        #expect(keys.count { $0 == "sbn.methods" } == 2)
    }
}
