// SPDX-License-Identifier: Apache-2.0
// The settings of a thread change how results are computed, not what they are; threads do not disturb each other.

import Synchronization
import TestSupport
import Testing

@testable import TensorCore

/// What a small network gives for a fixed input: its output and the gradients of its parameters.
///
/// The smooth one has no kinks: where rounding decides which side of a kink counts, gradients jump.
private func networkResults(isSmooth: Bool = false) -> [[Float]] {
    var numbers = TestNumbers(seed: 2)
    func random(_ shape: Shape, _ scale: Double) -> Tensor {
        Tensor(shape: shape, scalars: numbers.numbers(shape.count).map { Float($0 * scale) })
    }
    let images = random([4, 3, 8, 8], 1)
    let parameters = [
        random([16, 3, 3, 3], 0.3), random([16], 0.1), random([32, 16, 3, 3], 0.1), random([32], 0.1),
        random([10, 512], 0.1), random([10], 0.1), .ones([32]), .zeros([32]),
    ].map { $0.requiringGradient() }
    let p = parameters
    var x = convolution(images, weight: p[0], bias: p[1], padding: 1, activation: isSmooth ? .none : .relu)
    x = convolution(x, weight: p[2], bias: p[3], padding: 1)
    x = batchNormalization(x, scale: p[6], shift: p[7], statistics: .batch, relu: !isSmooth).output
    x = isSmooth ? averagePool(x, window: 2) : maxPool(x, window: 2)
    let logits = linear(x.flatten(), weight: p[4], bias: p[5])
    let loss = softmaxCrossEntropy(logits: logits, labels: [1, 2, 3, 4])
    return [logits.scalars()] + gradients(of: loss, for: p).map { $0.scalars() }
}

/// The largest difference relative to the largest value.
private func difference(_ a: [Float], _ b: [Float]) -> Float {
    let size = b.map { abs($0) }.max() ?? 1
    return zip(a, b).map { abs($0 - $1) }.max()! / max(size, 1e-3)
}

/// The length of the difference relative to the length of `b`.
private func relativeDistance(_ a: [Float], _ b: [Float]) -> Float {
    let squares = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
}

/// What threads hand back.
private final class Collected: Sendable {
    let values = Mutex<[[[Float]]]>([])
}

@Suite struct ComputeTests {
    /// Runs `body` with settings that are put back afterwards: the test's thread is used again.
    private func configured<R>(
        threads: Int = 1, precision: Compute.Precision = .float32, winograd: Compute.Winograd = .automatic,
        _ body: () -> R
    ) -> R {
        Compute.configure(threads: threads, precision: precision, winograd: winograd)
        defer { Compute.configure(threads: 1, precision: .float32, winograd: .automatic) }
        return body()
    }

    @Test func winogradAndDirectConvolutionAgree() {
        let automatic = configured { networkResults() }
        let direct = configured(winograd: .never) { networkResults() }
        for (a, b) in zip(automatic, direct) { #expect(difference(a, b) < 1e-3) }
    }

    @Test func oneAndTwoThreadsAgree() {
        let one = configured(threads: 1) { networkResults() }
        let two = configured(threads: 2) { networkResults() }
        for (a, b) in zip(one, two) { #expect(difference(a, b) < 1e-3) }
    }

    /// Brain floats have 8 bits of precision; a few operations in a row lose some percent.
    @Test(.enabled(if: Compute.supports(.bfloat16))) func halfPrecisionComesCloseToSinglePrecision() {
        let single = configured { networkResults(isSmooth: true) }
        let half = configured(precision: .bfloat16) { networkResults(isSmooth: true) }
        #expect(relativeDistance(half[0], single[0]) < 0.03)
        #expect(half[0] != single[0])
        // The biases before the normalization have no gradient but rounding errors: they are left out.
        for index in [1, 3, 5, 6] {
            #expect(relativeDistance(half[index], single[index]) < 0.03, "parameter \(index - 1)")
        }
    }

    @Test(.enabled(if: Compute.supports(.bfloat16))) func halfPrecisionTrainsThroughKinks() {
        let half = configured(precision: .bfloat16) { networkResults() }
        for values in half { #expect(values.allSatisfy { $0.isFinite }) }
        #expect(half[1].contains { $0 != 0 })
    }

    @Test func repeatedRunsGiveTheSameBits() {
        let runs = (0..<3).map { _ in configured { networkResults() } }
        #expect(runs[0] == runs[1] && runs[1] == runs[2])
    }

    @Test func everyThreadComputesOnItsOwn() {
        let expected = configured { networkResults() }
        let results = Collected()
        let threads = (0..<3).map { _ in
            DetachedThread {
                Compute.configure(threads: 1)
                let mine = networkResults()
                results.values.withLock { $0.append(mine) }
            }
        }
        for thread in threads { thread.join() }
        let all = results.values.withLock { $0 }
        #expect(all.count == 3)
        for result in all { #expect(result == expected) }
    }

    @Test func settingsAreThoseOfTheThread() {
        configured(threads: 1, precision: .bfloat16) {
            let other = Collected()
            DetachedThread {
                let isHalf = ComputeContext.current.options.precision == .bfloat16
                other.values.withLock { $0.append([[isHalf ? 16 : 32]]) }
            }.join()
            #expect(other.values.withLock { $0 } == [[[32]]])
            #expect(ComputeContext.current.options.precision == .bfloat16)
        }
    }

    @Test func wrongShapesEndTheProcess() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor.zeros([2, 3]) + Tensor.zeros([2, 4])
        }
        await #expect(processExitsWith: .failure) {
            _ = convolution(Tensor.zeros([1, 2, 4, 4]), weight: .zeros([1, 3, 3, 3]))
        }
    }
}
