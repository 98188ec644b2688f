// SPDX-License-Identifier: Apache-2.0
// Products so large that oneDNN computes them, against the same products in 64 bits by our own kernel.

import TestSupport
import Testing

@testable import TensorCore

@Suite struct LargeProductTests {
    /// 64 · 160 · 110 multiplications: more than `MatrixProduct.smallProduct`.
    private let rows = 64
    private let inner = 160
    private let columns = 110

    private func random(_ shape: Shape, seed: UInt64) -> [DataType: Tensor] {
        var numbers = TestNumbers(seed: seed)
        let values = numbers.numbers(shape.count)
        return [
            .float32: Tensor(shape: shape, scalars: values.map { Float($0) }),
            .float64: Tensor(shape: shape, doubles: values),
        ]
    }

    @Test(arguments: [false, true], [false, true])
    func matmulEqualsTheOneInDoubles(_ transposeA: Bool, _ transposeB: Bool) {
        Compute.configure(threads: 1)
        let a = random(transposeA ? [inner, rows] : [rows, inner], seed: 1)
        let b = random(transposeB ? [columns, inner] : [inner, columns], seed: 2)
        let results = [DataType.float32, .float64].map {
            matmul(a[$0]!, b[$0]!, transposeA: transposeA, transposeB: transposeB).doubles()
        }
        #expect(rows * inner * columns > MatrixProduct.smallProduct)
        expectClose(results[0], results[1], absolute: 1e-4, "product")
    }

    @Test(arguments: [Activation.none, .relu, .tanh])
    func linearEqualsTheOneInDoubles(_ activation: Activation) {
        Compute.configure(threads: 1)
        let (x, w, b) = (
            random([rows, inner], seed: 1), random([columns, inner], seed: 2), random([columns], seed: 3)
        )
        let weights = random([rows, columns], seed: 4)
        let results = [DataType.float32, .float64].map { type in
            let inputs = [x[type]!, w[type]!, b[type]!].map { ($0 * 0.1).requiringGradient() }
            let y = linear(inputs[0], weight: inputs[1], bias: inputs[2], activation: activation)
            return [y] + gradients(of: (y * weights[type]!).sum(), for: inputs)
        }
        for (single, double) in zip(results[0], results[1]) {
            expectClose(single.doubles(), double.doubles(), absolute: 1e-4, "linear")
        }
    }

    @Test func aTrainedWeightKeepsItsLayoutAndItsContents() {
        Compute.configure(threads: 1)
        let x = random([rows, inner], seed: 1)[.float32]!
        let weight = random([columns, inner], seed: 2)[.float32]!.requiringGradient()
        let before = weight.scalars()
        _ = linear(x, weight: weight)
        let layout = weight.storage.layout
        _ = linear(x, weight: weight)
        #expect(layout === weight.storage.layout)
        #expect(weight.scalars() == before)
    }
}
