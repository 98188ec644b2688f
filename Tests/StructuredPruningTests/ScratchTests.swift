// SPDX-License-Identifier: Apache-2.0
// Scratch.
import EngineKit
import Nets
import TensorCore
import Testing

@testable import StructuredPruning

@Suite(.serialized) struct ScratchTests {
    @Test func look() throws {
        let recipe = try recipe(method: "sparse-vd", model: "lenet500-300")
        let start = try PruningRun(recipe)
        try start.advance(to: 12)
        print("A", start.engine.divergences)
        let run = try PruningRun(recipe, continuing: start.engine.checkpoint().forcingWeights(share: 0.01))
        print("B", run.engine.divergences)
        try run.advance(to: 13)
        print("C", run.engine.divergences)
        for layer in run.engine.weightPosterior!.layers {
            print(layer.name, layer.mean.value.isFinite, layer.logVariance.value.isFinite, layer.logVariance.value.scalars().prefix(4), layer.mean.value.scalars().prefix(4))
        }
        for event in run.events { if case .metrics(_, _, let v) = event { print(v) } }
    }
}
