// SPDX-License-Identifier: Apache-2.0
// What the conformance table does not see of batch normalization: statistics, the fused relu, evaluation.

import TestSupport
import Testing

@testable import TensorCore

@Suite struct BatchNormalizationTests {
    private func maps(_ shape: Shape, seed: UInt64 = 3) -> Tensor {
        var numbers = TestNumbers(seed: seed)
        return Tensor(shape: shape, scalars: numbers.numbers(shape.count, in: -2...3).map { Float($0) })
    }

    @Test(arguments: [[5, 4] as Shape, [3, 16, 4, 4], [3, 17, 2, 3]])
    func statisticsAreThoseOfTheBatch(_ shape: Shape) {
        Compute.configure(threads: 1)
        let x = maps(shape)
        let (one, zero) = (Tensor.ones([shape[1]]), Tensor.zeros([shape[1]]))
        let (_, mean, variance) = batchNormalization(x, scale: one, shift: zero, statistics: .batch)
        let axes = [0] + Array(2..<shape.rank)
        let expectedMean = x.mean(axes: axes, keepDims: true)
        expectClose(mean.doubles(), expectedMean.doubles(), absolute: 1e-5, "mean")
        expectClose(
            variance.doubles(), (x - expectedMean).square().mean(axes: axes).doubles(), absolute: 1e-4, "variance")
    }

    @Test(arguments: [ChannelOrder.rowMajor, .channelsLast, .blocked(16)])
    func fusedReluEqualsASeparateOne(_ order: ChannelOrder) {
        Compute.configure(threads: 1)
        let x = maps([3, 16, 4, 4]).arranged(order)
        let (scale, shift) = (maps([16], seed: 5).requiringGradient(), maps([16], seed: 6).requiringGradient())
        let results = [true, false].map { fused in
            let input = x.requiringGradient()
            var y = batchNormalization(input, scale: scale, shift: shift, statistics: .batch, relu: fused).output
            if !fused { y = y.relu() }
            let slopes = gradients(of: (y * maps([3, 16, 4, 4], seed: 9)).sum(), for: [input, scale, shift])
            return [y] + slopes
        }
        #expect(results[0][0].scalars().contains(0))
        for (fused, separate) in zip(results[0], results[1]) {
            expectClose(fused.doubles(), separate.doubles(), absolute: 1e-4, "batch normalization")
        }
    }

    @Test(arguments: [[5, 4] as Shape, [3, 16, 4, 4], [3, 17, 2, 3]])
    func evaluationEqualsTheRecordedForm(_ shape: Shape) {
        Compute.configure(threads: 1)
        let c = shape[1]
        let statistics = NormalizationStatistics.given(mean: maps([c], seed: 5), variance: maps([c], seed: 6).square())
        let x = maps(shape).requiringGradient()
        let (scale, shift) = (maps([c], seed: 7), maps([c], seed: 8))
        func evaluate() -> [Double] {
            batchNormalization(x, scale: scale, shift: shift, statistics: statistics, relu: true).output.doubles()
        }
        let recorded = evaluate()
        expectClose(withoutGradients { evaluate() }, recorded, relative: 1e-4, absolute: 1e-4, "evaluation")
    }
}
