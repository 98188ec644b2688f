// SPDX-License-Identifier: Apache-2.0
// What operations promise where the conformance table does not go: kinks, ties, special values, indices.

import TensorCore
import TestSupport
import Testing

private func gradient(at x: [Double], _ function: (Tensor) -> Tensor) -> [Double] {
    let input = Tensor(shape: [x.count], doubles: x).requiringGradient()
    return gradients(of: function(input).sum(), for: [input])[0].doubles()
}

@Suite struct KinkTests {
    @Test("derivatives at kinks are what the documentation says")
    func derivativesAtKinks() {
        #expect(gradient(at: [-1, 0, 1]) { $0.abs() } == [-1, 0, 1])
        #expect(gradient(at: [-1, 0, 1]) { $0.leakyReLU(slope: 0.25) } == [0.25, 0.25, 1])
        #expect(gradient(at: [-2, -1, 0, 1, 2]) { $0.clamp(-1...1) } == [0, 1, 1, 1, 0])
        #expect(gradient(at: [0]) { $0.sqrt() } == [.infinity])
        #expect(gradient(at: [0, 3]) { $0.pow(0) } == [0, 0])
        #expect(gradient(at: [0, 3]) { $0.pow(1) } == [1, 1])
        #expect(gradient(at: [0, 3]) { $0.pow(2) } == [0, 6])
        #expect(gradient(at: [0]) { binaryCrossEntropyWithLogits(logits: $0, targets: .ones([1], .float64)) } == [-0.5])
    }

    @Test("equal largest elements share the gradient")
    func tiesShare() {
        #expect(gradient(at: [1, 3, 3, 0]) { $0.maximum() } == [0, 0.5, 0.5, 0])
        let other = Tensor(shape: [3], doubles: [0, 1, 2])
        #expect(gradient(at: [1, 1, 1]) { maximum($0, other) } == [1, 0.5, 0])
        #expect(gradient(at: [1, 1, 1]) { minimum($0, other) } == [0, 0.5, 1])
    }

    @Test("NaN is handed on by every function that chooses")
    func handsOnNaN() {
        let x = Tensor(shape: [3], scalars: [1, .nan, 2])
        #expect(x.maximum().item().isNaN)
        #expect(x.argmax() == [1])
        for y in [x.clamp(0...1), x.leakyReLU(), x.abs(), x.sign(), maximum(x, .zeros([3])), minimum(.zeros([3]), x)] {
            #expect(y.scalars().map(\.isNaN) == [false, true, false])
        }
    }

    @Test("argmax names the first largest element along any axis")
    func findsIndices() {
        let x = Tensor(shape: [2, 3], scalars: [5, 9, 9, 7, 1, 2])
        #expect(x.argmax(axis: 1) == [1, 0])
        #expect(x.argmax(axis: 0) == [1, 0, 0])
        #expect(x.argmax() == [1, 0])
        #expect(Tensor.zeros([0, 3]).argmax(axis: 1).isEmpty)
        #expect(Tensor.zeros([2, 0]).argmax(axis: 1) == [-1, -1])
    }

    @Test("large logits give finite losses and probabilities")
    func survivesLargeLogits() {
        let logits = Tensor(shape: [1, 3], scalars: [1000, -1000, 0])
        #expect(logits.softmax().scalars() == [1, 0, 0])
        #expect(logits.logSoftmax().scalars() == [0, -2000, -1000])
        let targets = Tensor(shape: [1, 3], scalars: [0, 1, 1])
        let loss = binaryCrossEntropyWithLogits(logits: logits, targets: targets, reduction: .sum)
        expectClose(loss.item(), 2000 + 0.6931472, relative: 1e-6)
        // A confident and right prediction still has a loss above 0.
        let right = binaryCrossEntropyWithLogits(logits: .full([1], 20), targets: .ones([1]))
        expectClose(right.item(), 2.0611536e-9, relative: 1e-5)
    }

    @Test("softmax does not change when all logits move together")
    func softmaxIsShiftInvariant() {
        let logits = Tensor(shape: [2, 4], doubles: [0.5, -1, 2, 0, 3, 3, -2, 1])
        expectClose((logits + 100).softmax().doubles(), logits.softmax().doubles(), relative: 1e-12)
        expectClose(logits.softmax().sum(axes: [1]).doubles(), [1, 1], relative: 1e-15)
        expectClose(logits.logSoftmax().exp().doubles(), logits.softmax().doubles(), relative: 1e-14)
    }
}
