// SPDX-License-Identifier: Apache-2.0
// An engine that was rebuilt and restored goes on to the same bits as one that was left alone.

import EngineKit
import Nets
import TensorCore
import Testing

@testable import StructuredPruning

@Suite(.serialized) struct ContinuationTests {
    /// 5 steps of pretraining, then 2 epochs of 4 steps with noise.
    private static let last = 13

    @Test(arguments: [
        ("structured-bp lenet500-300", "glyphs", "per-batch"), ("structured-bp lenet5", "glyphs", "per-object"),
        ("structured-bp vgg-like", "shapes", "per-batch"), ("structured-bp resnet18", "shapes", "per-batch"),
        ("sigma-only lenet500-300", "glyphs", "per-object"), ("sparse-vd lenet500-300", "glyphs", "per-batch"),
        ("sparse-vd lenet5", "glyphs", "per-batch"), ("sparse-vd resnet18", "shapes", "per-batch"),
    ])
    func aRestoredEngineGoesOnToTheSameBits(run: String, data: String, noise: String) throws {
        let words = run.split(separator: " ").map(String.init)
        let recipe = try recipe(method: words[0], noise: noise, model: words[1], data: data)
        let whole = try PruningRun(recipe)
        // In the middle of both stages, at their border, and between two epochs.
        var cuts: [(step: Int, checkpoint: Checkpoint)] = []
        for step in [2, 5, 7, 9] {
            try whole.advance(to: step)
            cuts.append((step, whole.engine.checkpoint()))
        }
        try whole.advance(to: Self.last - 1)
        let final = whole.engine.checkpoint()
        for (step, checkpoint) in cuts {
            // Through the file format, as a new process reads it.
            let read = try Safetensors.decode(encoded(checkpoint))
            #expect(read == checkpoint)
            let restored = try PruningRun(recipe, continuing: read)
            #expect(restored.engine.checkpoint() == checkpoint, "restored at step \(step)")
            #expect(restored.engine.progress.step == step)
            try restored.advance(to: Self.last - 1)
            #expect(restored.engine.checkpoint() == final, "continued from step \(step)")
            #expect(restored.events(after: step) == whole.events(after: step), "continued from step \(step)")
        }
    }

    /// 6 steps of fine-tuning follow; the cut network must come back with its own weights and moments.
    @Test(arguments: [("lenet5", "glyphs"), ("resnet18", "shapes")])
    func theFineTuningGoesOnToTheSameBits(model: String, data: String) throws {
        let recipe = try recipe(model: model, data: data, finetune: 1, augmentation: "cifar")
        // Half of the units must go, some layers of the residual network as a whole.
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let gates = start.engine.network.gates
        let keep = gates.enumerated().map { index, gate in
            (0..<gate.units).map { model == "resnet18" && index % 3 == 1 ? false : $0 % 2 == 0 }
        }
        let forced = start.engine.checkpoint().forcing(keep, gates.map(\.name))
        let whole = try PruningRun(recipe, continuing: forced)
        var cuts: [(step: Int, checkpoint: Checkpoint)] = []
        for step in [13, 16] {
            try whole.advance(to: step)
            cuts.append((step, whole.engine.checkpoint()))
        }
        #expect(whole.engine.progress.stage == "finetune")
        try whole.advance(to: 18)
        let final = whole.engine.checkpoint()
        for (step, checkpoint) in cuts {
            let restored = try PruningRun(recipe, continuing: Safetensors.decode(encoded(checkpoint)))
            #expect(restored.engine.checkpoint() == checkpoint, "restored at step \(step)")
            #expect(restored.engine.summary()["compactTestError"] == whole.engine.summary()["compactTestError"])
            try restored.advance(to: 18)
            #expect(restored.engine.checkpoint() == final, "continued from step \(step)")
            #expect(restored.events(after: step) == whole.events(after: step), "continued from step \(step)")
        }
        // The dense network and the noise have not moved since the cut, the compact network has.
        for tensor in final.tensors {
            let before = cuts[0].checkpoint[tensor.name]
            if tensor.name.hasPrefix("network.") || tensor.name.hasPrefix("noise.") { #expect(before == tensor) }
            if tensor.name.hasPrefix("compact."), tensor.name.hasSuffix("conv1.weight") { #expect(before != tensor) }
        }
    }

    /// The same with weights removed one by one, which must not come back.
    @Test func fineTunedWeightsGoOnToTheSameBitsAndRemovedOnesStayAway() throws {
        let recipe = try recipe(method: "sparse-vd", model: "lenet5", finetune: 1)
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        let whole = try PruningRun(recipe, continuing: start.engine.checkpoint().forcingWeights(share: 0.2))
        try whole.advance(to: 13)
        #expect(whole.engine.progress.stage == "finetune")
        func weights(_ run: PruningRun) -> [[Float]] {
            run.engine.compactNetwork?.parameters.filter { $0.value.rank > 1 }.map { $0.value.scalars() } ?? []
        }
        let cut = weights(whole)
        #expect(cut.allSatisfy { $0.contains(0) && $0.contains { $0 != 0 } })
        try whole.advance(to: 15)
        let middle = whole.engine.checkpoint()
        try whole.advance(to: 18)
        let restored = try PruningRun(recipe, continuing: Safetensors.decode(encoded(middle)))
        try restored.advance(to: 18)
        #expect(restored.engine.checkpoint() == whole.engine.checkpoint())
        let tuned = weights(whole)
        #expect(tuned != cut)
        for (before, after) in zip(cut, tuned) {
            #expect(before.indices.allSatisfy { (before[$0] == 0) == (after[$0] == 0) })
        }
    }

    /// The result of a run that is stopped right after it was resumed.
    @Test func aRestoredEngineKnowsItsLastTestError() throws {
        let recipe = try recipe()
        let run = try PruningRun(recipe)
        try run.advance(to: 11)
        let summary = run.engine.summary()
        #expect(summary["testError"]?.number?.isNaN == false)
        let restored = try PruningRun(recipe, continuing: run.engine.checkpoint())
        #expect(restored.engine.summary() == summary)
    }

    @Test func aCheckpointOfAnotherNetworkIsRefusedWithItsFirstMisfit() throws {
        let run = try PruningRun(recipe())
        let error = #expect(throws: EngineError.self) {
            try PruningRun(recipe(model: "lenet5"), continuing: run.engine.checkpoint())
        }
        #expect(error?.description.contains("conv1.weight") == true, "\(error?.description ?? "")")
    }

    private func encoded(_ checkpoint: Checkpoint) throws -> [UInt8] {
        var bytes: [UInt8] = []
        Safetensors.write(checkpoint) { bytes += $0 }
        return bytes
    }
}
