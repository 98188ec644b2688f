// SPDX-License-Identifier: Apache-2.0
// Every screen as text at two sizes, from a run that looks like a real one.

import EngineKit
import Screen
import Testing

@testable import Workbench

/// A state of the workbench worth a picture.
struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    let make: @Sendable (_ height: Int, _ width: Int) -> WorkbenchModel

    var testDescription: String { name }

    init(_ name: String, _ make: @escaping @Sendable (_ height: Int, _ width: Int) -> WorkbenchModel) {
        self.name = name
        self.make = make
    }

    /// A running model after some keys.
    init(_ name: String, keys: [String]) {
        self.init(name) { height, width in
            var model = WorkbenchModel.running(height: height, width: width)
            for key in keys { press(key, on: &model) }
            if model.overlay == nil { model.notice = nil }
            return model
        }
    }

    /// The run of stochastic batch normalization after some keys.
    init(_ name: String, _ run: FakeUncertaintyRun.Type, keys: [String] = []) {
        self.init(name) { height, width in
            var model = run.model(height: height, width: width)
            for key in keys { press(key, on: &model) }
            return model
        }
    }

    static let all: [Scene] = [
        Scene("sessions") { WorkbenchModel.chooser(height: $0, width: $1) },
        Scene("curves", keys: ["1"]),
        Scene("curves-pretraining") { WorkbenchModel.running(height: $0, width: $1, epochs: 9) },
        Scene("curves-crosshair", keys: ["1", "Tab", "Tab", "Tab", "Tab", "v", "H", "H"]),
        Scene("curves-maximised", keys: ["1", "z", "y"]),
        Scene("sparsity", keys: ["2"]),
        Scene("sparsity-layer", keys: ["2", "j", "j", "j", "l", "l", "l"]),
        Scene("sparsity-detail", keys: ["2", "j", "j", "z"]),
        Scene("sparsity-evidence", keys: ["2", "e"]),
        Scene("sparsity-evidence-layer", keys: ["2", "j", "j", "e"]),
        Scene("sparsity-deep") { FakeDeepRun.model(height: $0, width: $1) },
        Scene("sparsity-deep-layer") { height, width in
            var model = FakeDeepRun.model(height: height, width: width)
            press("G", "k", "k", on: &model)
            return model
        },
        Scene("uncertainty", FakeUncertaintyRun.self),
        Scene("uncertainty-density", FakeUncertaintyRun.self, keys: ["x"]),
        Scene("uncertainty-detection", FakeUncertaintyRun.self, keys: ["x", "x"]),
        Scene("uncertainty-reliability", FakeUncertaintyRun.self, keys: ["x", "x", "x", "["]),
        Scene("uncertainty-statistics", FakeUncertaintyRun.self, keys: ["}", "l", "l"]),
        Scene("uncertainty-pictures", FakeUncertaintyRun.self, keys: ["Enter", "L", "L"]),
        Scene("chains") { FakeChainsRun.model(height: $0, width: $1) },
        Scene("chains-training") { FakeChainsRun.model(height: $0, width: $1, draws: -1, view: .acceptance) },
        Scene("chains-trace") {
            FakeChainsRun.model(height: $0, width: $1, view: .trace, keys: ["}", "}", "G", "x"])
        },
        Scene("chains-ranks") { FakeChainsRun.model(height: $0, width: $1, view: .ranks, keys: ["z"]) },
        Scene("chains-table") {
            FakeChainsRun.model(height: $0, width: $1, hasStuckChain: true, view: .table, keys: ["Tab"])
        },
        Scene("chains-difference") { FakeChainsRun.model(height: $0, width: $1, view: .difference, keys: ["z"]) },
        Scene("chains-evolution") { FakeChainsRun.model(height: $0, width: $1, view: .evolution) },
        Scene("chains-samplers") { FakeChainsRun.model(height: $0, width: $1, hasBaselines: true, view: .samplers) },
        Scene("chains-compare") {
            FakeChainsRun.model(height: $0, width: $1, hasBaselines: true, view: .compare, keys: ["S", "S"])
        },
        Scene("chains-ladder") { FakeChainsRun.model(height: $0, width: $1, hasBaselines: true, view: .acceptance) },
        Scene("chains-langevin") {
            FakeChainsRun.model(
                height: $0, width: $1, hasBaselines: true, view: .acceptance, keys: ["s", "s", "s", "s"])
        },
        Scene("chains-one-sampler") { FakeChainsRun.model(height: $0, width: $1, view: .compare) },
        Scene("chains-move") { FakeChainsRun.model(height: $0, width: $1, keys: ["a", "]"]) },
        Scene("runs", keys: ["6"]),
        Scene("log", keys: ["7"]),
        Scene("help", keys: ["2", "?"]),
        Scene("command", keys: [":", "t", "h"]),
        Scene("quit", keys: ["Q"]),
    ]
}

@Suite struct SnapshotTests {
    @Test(arguments: Scene.all, [(24, 80), (50, 200)])
    func screenLooksAsRecorded(_ scene: Scene, _ size: (height: Int, width: Int)) throws {
        let model = scene.make(size.height, size.width)
        let buffer = view(model, height: size.height, width: size.width)
        try expectGolden(buffer, "\(scene.name)-\(size.width)x\(size.height)")
    }
}
