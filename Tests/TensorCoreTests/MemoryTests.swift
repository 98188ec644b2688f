// SPDX-License-Identifier: Apache-2.0
// Memory: a training step in steady state takes none, and gives back what it used.

import TestSupport
import Testing

@testable import TensorCore

@Suite struct MemoryTests {
    /// A small convolutional network with every kind of layer that training uses.
    private final class Network {
        var numbers = TestNumbers(seed: 1)
        var parameters: [Tensor] = []
        let first: [Tensor]
        let second: [Tensor]
        let images: Tensor
        var step = 0

        init() {
            for shape: Shape in [[6, 1, 3, 3], [6], [16, 6, 3, 3], [16], [10, 64], [10]] {
                let values = numbers.numbers(shape.count, in: -0.3...0.3).map { Float($0) }
                parameters.append(Tensor(shape: shape, scalars: values).requiringGradient())
            }
            first = parameters.map { .zeros($0.shape) }
            second = parameters.map { .zeros($0.shape) }
            images = Tensor(shape: [4, 1, 10, 10], scalars: numbers.numbers(400).map { Float($0) })
        }

        func logits() -> Tensor {
            let p = parameters
            var x = maxPool(convolution(images, weight: p[0], bias: p[1], padding: 1, activation: .relu), window: 2)
            x = convolution(x, weight: p[2], bias: p[3], activation: .relu)
            return linear(averagePool(x, window: 2, stride: 1).flatten(), weight: p[4], bias: p[5])
        }

        func train() -> Double {
            let loss = softmaxCrossEntropy(logits: logits(), labels: [1, 2, 3, 4])
            let slopes = gradients(of: loss, for: parameters)
            step += 1
            adamUpdate(
                parameters: parameters, gradients: slopes, firstMoments: first, secondMoments: second, step: step,
                constants: AdamConstants(learningRate: 1e-2))
            return loss.item()
        }
    }

    @Test func aTrainingStepTakesNoFreshMemoryAndKeepsNone() {
        Compute.configure(threads: 1)
        let network = Network()
        let start = network.train()
        for _ in 0..<3 { _ = network.train() }
        let before = Compute.statistics
        var loss = 0.0
        for _ in 0..<1000 { loss = network.train() }
        let after = Compute.statistics
        #expect(after.freshBuffers == before.freshBuffers)
        #expect(after.buffersInUse == before.buffersInUse)
        #expect(after.primitivesCreated == before.primitivesCreated)
        #expect(start > 1 && loss < 1e-2)
    }

    @Test func evaluationBetweenStepsUsesTheNewWeights() {
        Compute.configure(threads: 1)
        let network = Network()
        for _ in 0..<3 {
            _ = network.train()
            let recorded = network.logits().scalars()
            let evaluated = withoutGradients { network.logits().scalars() }
            expectClose(evaluated, recorded, absolute: 1e-4, "logits")
        }
    }

    @Test func sizeClassesWasteAtMostAQuarter() {
        for bytes in [1, 64, 256, 257, 1000, 4096, 100_001, 1 << 20, (1 << 20) + 1] {
            let (_, size) = BufferPool.sizeClass(bytes)
            #expect(size >= bytes && size <= max(256, bytes + bytes / 4 + 64))
        }
    }
}
