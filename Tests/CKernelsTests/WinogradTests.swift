// SPDX-License-Identifier: Apache-2.0
// Winograd convolutions and their gradients against the defining sums in double precision.

import CKernels
import TestSupport
import Testing

/// A convolution with random maps and weights, kept as plain numbers in the usual order of axes.
private struct WinogradTrial {
    let sizes: elbo_winograd
    let x: [Float]
    let weight: [Float]
    let bias: [Float]
    let dy: [Float]
    private let block = elbo_winograd_block()

    /// Errors relative to the largest result, or to 1.
    ///
    /// The transforms multiply by up to 8 and add up to 36 products, so rounding errors are some ten times those of a
    /// direct sum. The worst here are gradients of 5x5 weights, 1.9e-5 with fused multiply-adds; outputs stay below 1e-5.
    static let tolerance = 3e-5

    init(_ batch: Int, _ inputs: Int, _ outputs: Int, _ height: Int, _ width: Int, window: Int = 3, padding: Int) {
        sizes = elbo_winograd(
            batch: batch, inputs: inputs, outputs: outputs, height: height, width: width, window: window,
            padding: padding)
        var numbers = TestNumbers(seed: UInt64(inputs * 7919 + outputs * 127 + height * 11 + width))
        x = numbers.list(batch * inputs * height * width, in: -1...1)
        weight = numbers.list(outputs * inputs * window * window, in: -1...1)
        bias = numbers.list(outputs, in: -1...1)
        let area = (height + 2 * padding + 1 - window) * (width + 2 * padding + 1 - window)
        dy = numbers.list(batch * outputs * area, in: -1...1)
    }

    var outHeight: Int { sizes.height + 2 * sizes.padding + 1 - sizes.window }
    var outWidth: Int { sizes.width + 2 * sizes.padding + 1 - sizes.window }
    private var taps: Int { sizes.window * sizes.window }

    // MARK: - The defining sums

    /// Calls `body` with the offsets into x, weight and y of every product of the definition.
    private func forEachProduct(_ body: (_ x: Int, _ weight: Int, _ y: Int) -> Void) {
        for n in 0..<sizes.batch {
            for o in 0..<sizes.outputs {
                for i in 0..<outHeight {
                    for j in 0..<outWidth {
                        let y = ((n * sizes.outputs + o) * outHeight + i) * outWidth + j
                        for p in 0..<sizes.window where (0..<sizes.height).contains(i + p - sizes.padding) {
                            for q in 0..<sizes.window where (0..<sizes.width).contains(j + q - sizes.padding) {
                                let place = (i + p - sizes.padding) * sizes.width + j + q - sizes.padding
                                for c in 0..<sizes.inputs {
                                    body(
                                        (n * sizes.inputs + c) * sizes.height * sizes.width + place,
                                        (o * sizes.inputs + c) * taps + p * sizes.window + q, y)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    var expectedOutput: [Double] {
        let area = outHeight * outWidth
        var sums = dy.indices.map { Double(bias[$0 / area % sizes.outputs]) }
        forEachProduct { sums[$2] += Double(x[$0]) * Double(weight[$1]) }
        return sums
    }

    var expectedDataGradient: [Double] {
        var sums = [Double](repeating: 0, count: x.count)
        forEachProduct { sums[$0] += Double(dy[$2]) * Double(weight[$1]) }
        return sums
    }

    var expectedWeightGradient: [Double] {
        var sums = [Double](repeating: 0, count: weight.count)
        forEachProduct { sums[$1] += Double(dy[$2]) * Double(x[$0]) }
        return sums
    }

    var expectedBiasGradient: [Double] {
        var sums = [Double](repeating: 0, count: bias.count)
        for (index, value) in dy.enumerated() { sums[index / (outHeight * outWidth) % sizes.outputs] += Double(value) }
        return sums
    }

    // MARK: - Blocks of channels

    private func blocks(_ channels: Int) -> Int { (channels + block - 1) / block }

    /// `[N, C, area]` as `[N, C / block, area, block]`, filled up with zeros.
    private func blocked(_ maps: [Float], channels: Int, area: Int) -> [Float] {
        var result = [Float](repeating: 0, count: sizes.batch * blocks(channels) * area * block)
        for (index, value) in maps.enumerated() {
            let (n, c, place) = (index / area / channels, index / area % channels, index % area)
            result[((n * blocks(channels) + c / block) * area + place) * block + c % block] = value
        }
        return result
    }

    /// The inverse of `blocked`; what fills up must be 0.
    private func unblocked(_ maps: [Float], channels: Int, area: Int) -> [Float] {
        var result = [Float](repeating: 0, count: sizes.batch * channels * area)
        for (index, value) in maps.enumerated() {
            let plane = index / (area * block)
            let c = plane % blocks(channels) * block + index % block
            if c >= channels {
                #expect(value == 0, "the padding channel \(c) holds \(value)")
            } else {
                result[(plane / blocks(channels) * channels + c) * area + index / block % area] = value
            }
        }
        return result
    }

    private var blockedWeight: [Float] {
        var result = [Float](repeating: 0, count: blocks(sizes.outputs) * blocks(sizes.inputs) * taps * block * block)
        for (index, value) in weight.enumerated() { result[weightOffset(index)] = value }
        return result
    }

    /// Where weight `[o, c, tap]` lies in `[O / block, C / block, tap, c, o]`.
    private func weightOffset(_ index: Int) -> Int {
        let (o, c, tap) = (index / taps / sizes.inputs, index / taps % sizes.inputs, index % taps)
        let pair = o / block * blocks(sizes.inputs) + c / block
        return ((pair * taps + tap) * block + c % block) * block + o % block
    }

    // MARK: - The kernels

    /// Output of the kernel, which writes nothing beyond its output and its scratch memory.
    func output(activation: elbo_activation = ELBO_IDENTITY, hasBias: Bool = true) -> [Float] {
        let maps = blocked(x, channels: sizes.inputs, area: sizes.height * sizes.width)
        let area = outHeight * outWidth
        let result = run(ELBO_WINOGRAD_OUTPUT, maps, channels: sizes.outputs, area: area) {
            elbo_winograd_convolve($0, $1, $2, hasBias ? bias : nil, activation, $3, $4)
        }
        return unblocked(result, channels: sizes.outputs, area: area)
    }

    func dataGradient() -> [Float] {
        let gradient = blocked(dy, channels: sizes.outputs, area: outHeight * outWidth)
        let area = sizes.height * sizes.width
        let result = run(ELBO_WINOGRAD_DATA_GRADIENT, gradient, channels: sizes.inputs, area: area) {
            elbo_winograd_data_gradient($0, $1, $2, $3, $4)
        }
        return unblocked(result, channels: sizes.inputs, area: area)
    }

    /// Calls `body` with the sizes, the maps, transformed weights, room for the result, and scratch memory.
    private func run(
        _ direction: elbo_winograd_direction, _ maps: [Float], channels: Int, area: Int,
        _ body: (
            UnsafePointer<elbo_winograd>, UnsafePointer<Float>, [Float], UnsafeMutablePointer<Float>,
            UnsafeMutablePointer<Float>
        ) -> Void
    ) -> [Float] {
        var sizes = sizes
        let transformed = guarded(elbo_winograd_weight_count(&sizes, direction)) { memory in
            _ = unaligned(blockedWeight, outputCount: 0) { weight, _ in
                elbo_winograd_transform_weights(&sizes, direction, weight, memory)
            }
        }
        return unaligned(maps, outputCount: sizes.batch * blocks(channels) * area * block) { x, y in
            guarded(elbo_winograd_scratch_count(&sizes, direction)) { scratch in
                body(&sizes, x, transformed, y, scratch)
            }
        }
    }

    /// The gradients of weights and bias.
    func parameterGradients() -> (weight: [Float], bias: [Float]) {
        var sizes = sizes
        let maps = blocked(x, channels: sizes.inputs, area: sizes.height * sizes.width)
        let gradient = blocked(dy, channels: sizes.outputs, area: outHeight * outWidth)
        var biasGradient: [Float] = []
        let result = unaligned(maps, outputCount: blockedWeight.count) { x, result in
            biasGradient = guarded(sizes.outputs) { biasGradient in
                guarded(elbo_winograd_scratch_count(&sizes, ELBO_WINOGRAD_WEIGHT_GRADIENT)) { scratch in
                    elbo_winograd_weight_gradient(&sizes, x, gradient, result, biasGradient, scratch)
                }
            }
        }
        var isWeight = [Bool](repeating: false, count: result.count)
        for index in weight.indices { isWeight[weightOffset(index)] = true }
        #expect(zip(result, isWeight).allSatisfy { $0 == 0 || $1 }, "what fills up the weights is not 0")
        return (weight.indices.map { result[weightOffset($0)] }, biasGradient)
    }

    /// Memory that holds NaN before `body` and is surrounded by guards; returns its contents.
    @discardableResult
    private func guarded(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
        unaligned([], outputCount: count, initial: [Float](repeating: .nan, count: count)) { body($1) }
    }

    // MARK: - Checks

    func check() {
        func expect(_ actual: [Float], _ expected: [Double], _ what: String) {
            let largest = max(1, expected.map { abs($0) }.max() ?? 0)
            expectClose(
                actual.map { Double($0) }, expected, absolute: WinogradTrial.tolerance * largest,
                "\(what) of \(sizes)")
        }
        expect(output(), expectedOutput, "output")
        expect(dataGradient(), expectedDataGradient, "data gradient")
        let gradients = parameterGradients()
        expect(gradients.weight, expectedWeightGradient, "weight gradient")
        expect(gradients.bias, expectedBiasGradient, "bias gradient")
    }
}

@Suite struct WinogradTests {
    @Test("outputs and gradients are the defining sums, for all sizes, paddings and ragged channels")
    func equalsTheDefinition() {
        let shapes: [(n: Int, c: Int, o: Int, h: Int, w: Int, padding: Int)] = [
            (1, 1, 1, 1, 1, 1), (1, 1, 1, 1, 1, 2), (1, 3, 4, 3, 3, 0), (2, 3, 5, 2, 2, 1), (3, 9, 17, 2, 2, 1),
            (1, 2, 3, 2, 5, 1), (2, 8, 8, 4, 4, 1), (1, 16, 9, 3, 5, 0), (2, 5, 7, 7, 6, 1), (1, 17, 33, 9, 4, 2),
            (3, 10, 20, 5, 13, 0), (2, 31, 62, 8, 8, 1), (1, 79, 41, 11, 3, 1), (7, 20, 24, 9, 9, 1),
            (2, 3, 5, 6, 7, 2), (0, 5, 5, 4, 4, 1),
        ]
        for s in shapes {
            for window in [3, 5] where min(s.h, s.w) + 2 * s.padding >= window {
                WinogradTrial(s.n, s.c, s.o, s.h, s.w, window: window, padding: s.padding).check()
            }
        }
    }

    @Test("more tiles and larger weights than one chunk of scratch memory holds")
    func equalsTheDefinitionOverSeveralChunks() {
        WinogradTrial(7, 5, 3, 33, 30, padding: 1).check()
        WinogradTrial(130, 130, 120, 1, 2, padding: 1).check()
        WinogradTrial(3, 5, 3, 23, 22, window: 5, padding: 2).check()
        WinogradTrial(90, 130, 120, 1, 2, window: 5, padding: 2).check()
    }

    @Test("bias and rectifier, each and together")
    func appliesEpilogues() {
        let trial = WinogradTrial(2, 6, 11, 6, 5, padding: 1)
        let sums = trial.output()
        let area = trial.outHeight * trial.outWidth
        #expect(trial.output(activation: ELBO_RELU) == sums.map { max($0, 0) })
        let withoutBias = trial.output(hasBias: false)
        for (index, value) in withoutBias.enumerated() {
            #expect(value + trial.bias[index / area % trial.sizes.outputs] == sums[index])
        }
    }

    @Test("the bits do not depend on the number of threads")
    func ignoresThreads() {
        for trial in [
            WinogradTrial(5, 20, 12, 13, 13, padding: 1), WinogradTrial(80, 130, 120, 3, 4, padding: 1),
            WinogradTrial(30, 70, 90, 2, 2, padding: 1), WinogradTrial(9, 20, 12, 12, 13, window: 5, padding: 0),
        ] {
            let (one, two) = withOneAndTwoThreads {
                [
                    trial.output(), trial.dataGradient(), trial.parameterGradients().weight,
                    trial.parameterGradients().bias,
                ]
            }
            #expect(one == two)
        }
    }

    @Test("NaN in one image stays in that image")
    func keepsNaNInItsImage() {
        let clean = WinogradTrial(3, 8, 8, 6, 6, padding: 1)
        let spoiled = WinogradTrial(clean) { $0[8 * 36 + 40] = .nan }
        let (expected, actual) = (clean.output(), spoiled.output())
        let image = 8 * 36
        #expect(actual[..<image] == expected[..<image] && actual[(2 * image)...] == expected[(2 * image)...])
        #expect(actual[image..<(2 * image)].contains { $0.isNaN })
    }
}

extension WinogradTrial {
    /// A copy with changed maps.
    fileprivate init(_ other: WinogradTrial, _ change: (inout [Float]) -> Void) {
        var maps = other.x
        change(&maps)
        (sizes, x, weight, bias, dy) = (other.sizes, maps, other.weight, other.bias, other.dy)
    }
}
