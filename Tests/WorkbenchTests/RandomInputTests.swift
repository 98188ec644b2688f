// SPDX-License-Identifier: Apache-2.0
// Whatever is typed, clicked and received in whatever order, the model can be drawn.

import EngineKit
import Screen
import Testing

@testable import Workbench

@Suite struct RandomInputTests {
    /// Something that may happen, chosen by chance.
    private func action(_ noise: inout Noise, keys: [KeyPress]) -> Action {
        func number(_ limit: Int) -> Int { Int(noise.uniform() * Double(limit)) }
        switch number(21) {
        case 0: return .resized(height: number(60), width: number(200))
        case 1:
            let kinds: [MouseEvent.Kind] = [.press(1), .press(3), .drag(1), .release(1), .wheelUp, .wheelDown]
            return .input(.mouse(MouseEvent(kinds[number(6)], row: number(60) - 2, column: number(200) - 2)))
        case 2: return .input(.paste("a\nb"))
        case 3: return .input(.key(KeyPress(.character(Character(Unicode.Scalar(UInt8(32 + number(95))))))))
        case 4:
            let values = [1, -1, .nan, .infinity, 0, 1e300, -1e-300]
            let step = [number(60_000), .max, .min, -1][number(4)]
            return .runUpdate(
                name: FakeRun.name,
                feedUpdate(
                    [.metrics(step: step, epoch: .nan, values: [.init("test/error", values[number(7)])])],
                    state: RunState.allCases[number(7)],
                    progress: Progress(step: step, totalSteps: [nil, .max, 0][number(3)], epoch: 1e300, stage: "")))
        case 5:
            let layers = (0..<number(5)).map { index in
                let ratios = [[], [0, .nan, .infinity, -1], [1e-300, 1e300], [1]][number(4)]
                return LayerState(
                    name: "l\(index)", signalToNoise: ratios, mu: [1], logSigma: [], kullbackLeibler: .nan)
            }
            return .runUpdate(
                name: FakeRun.name,
                feedUpdate([.layers(LayerSnapshot(step: 50_000 + number(9999), epoch: .nan, layers: layers))]))
        case 6:
            return .runUpdate(
                name: FakeRun.name, feedUpdate([FakeRun.evaluation([.nan, 1, -1, 1], error: .nan, step: .max)]))
        case 7: return .clock(seconds: noise.uniform() * 4000)
        case 8:
            return .runHistory(name: FakeRun.name, RunHistory(events: [], startsOver: number(9) == 0, isComplete: true))
        case 9:
            let block = chainBlock(
                (0..<number(200)).map { _ in (0..<2 * (1 + number(3))).map { _ in Float(noise.normal()) } },
                step: number(9999), sampler: ["learned", "hmc", "laplace", "langevin"][number(4)],
                phase: [.training, .burnIn, .kept][number(3)], dimension: 2)
            return .runUpdate(
                name: FakeRun.name,
                feedUpdate([.record(.draws(block)), .record(.target(FakeChainsRun.target))]))
        default: return .input(.key(keys[number(keys.count)]))
        }
    }

    @Test(arguments: 1...6)
    func anySequenceOfActionsLeavesAModelThatCanBeDrawn(_ seed: Int) {
        var noise = Noise(UInt64(seed))
        let keys = KeyTable.standard.bindings.flatMap(\.keys)
        var model = seed % 2 == 0 ? WorkbenchModel.running(epochs: 22) : WorkbenchModel.chooser()
        for _ in 0..<1500 {
            let effects = update(&model, action(&noise, keys: keys))
            if noise.uniform() < 0.5 { settle(effects, &model) }
            _ = view(model, height: model.size.height, width: model.size.width)
        }
    }
}
