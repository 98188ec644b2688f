// SPDX-License-Identifier: Apache-2.0
// The tape: what is recorded, what is released, what adds up.

import TestSupport
import Testing

@testable import TensorCore

@Suite struct TapeTests {
    @Test func aTensorUsedTwiceGetsBothGradients() {
        let x = Tensor.scalar(3).requiringGradient()
        #expect(gradients(of: x * x + x, for: [x])[0].item() == 7)
    }

    @Test func intermediateTensorsCanBeTargets() {
        let x = Tensor.scalar(3).requiringGradient()
        let y = x.square()
        let result = gradients(of: y.square(), for: [y, x])
        #expect(result[0].item() == 18)
        #expect(result[1].item() == 108)
    }

    @Test func anUnrelatedTargetGetsZeros() {
        let (x, y) = (Tensor.scalar(3).requiringGradient(), Tensor.zeros([2, 2]).requiringGradient())
        #expect(gradients(of: x * 2, for: [y])[0].scalars() == [0, 0, 0, 0])
    }

    @Test func thirdDerivativesWork() {
        let x = Tensor.scalar(2, .float64).requiringGradient()
        let first = gradients(of: x.square().square(), for: [x], differentiable: true)[0]
        let second = gradients(of: first, for: [x], differentiable: true)[0]
        let third = gradients(of: second, for: [x])[0]
        #expect([first.item(), second.item(), third.item()] == [32, 48, 48])
    }

    @Test func nothingIsRecordedWithoutGradients() {
        let x = Tensor.scalar(3).requiringGradient()
        #expect(!withoutGradients { x * x }.requiresGradient)
        #expect(!(x.detached() * x.detached()).requiresGradient)
        #expect((x * x).requiresGradient)
    }

    @Test func aKeptTapeCanBeWalkedAgain() {
        let x = Tensor.scalar(3).requiringGradient()
        let loss = x.square()
        #expect(gradients(of: loss, for: [x], keepGraph: true)[0].item() == 6)
        #expect(gradients(of: loss, for: [x])[0].item() == 6)
    }

    @Test func branchesThatAreNotAskedForStayUsable() {
        let (a, b) = (Tensor.scalar(3).requiringGradient(), Tensor.scalar(5).requiringGradient())
        let shared = a.square()
        #expect(gradients(of: shared * b, for: [b])[0].item() == 9)
        #expect(gradients(of: shared * 2, for: [a])[0].item() == 12)
    }

    @Test func customRulesTakePart() {
        let x = Tensor.scalar(3).requiringGradient()
        let cube = custom(inputs: [x], output: Tensor.scalar(27)) { [$0 * x * x * 3] }
        #expect(gradients(of: cube * 2, for: [x])[0].item() == 54)
    }

    @Test func aVeryLongTapeIsReleasedWithoutDeepRecursion() {
        var x = Tensor.scalar(1).requiringGradient()
        for _ in 0..<200_000 { x = x * 1.0 }
        #expect(x.item() == 1)
    }
}
