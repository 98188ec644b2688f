// SPDX-License-Identifier: Apache-2.0
// Pooling, channel-wise operations and losses, and their references.

import Glibc
import TensorCore

private func poolReference(
    _ x: Grid, window: Int, stride: Int, padding: Int, start: Double, _ combine: (Double, Double) -> Double
) -> Grid {
    let (h, w) = (x.shape[2], x.shape[3])
    let size = [
        x.shape[0], x.shape[1], (h + 2 * padding - window) / stride + 1, (w + 2 * padding - window) / stride + 1,
    ]
    return Grid(size) { index in
        var result = start
        for p in 0..<window {
            for q in 0..<window {
                let (i, j) = (index[2] * stride + p - padding, index[3] * stride + q - padding)
                if i >= 0 && j >= 0 && i < h && j < w { result = combine(result, x[index[0], index[1], i, j]) }
            }
        }
        return result
    }
}

private let pools: [(input: [Int], window: Int, stride: Int, padding: Int)] = [
    ([2, 3, 4, 4], 2, 2, 0), ([1, 17, 5, 7], 2, 2, 0), ([2, 16, 5, 5], 3, 2, 1), ([2, 20, 4, 4], 4, 4, 0),
]

let poolingCases: [OperationCase] = pools.flatMap { g in
    [
        OperationCase(
            name: "maxPool \(g)", inputs: [g.input], isTieFree: true, isTwiceDifferentiable: false
        ) {
            maxPool($0[0], window: g.window, stride: g.stride, padding: g.padding)
        } reference: {
            poolReference(
                $0[0], window: g.window, stride: g.stride, padding: g.padding, start: -.infinity, { max($0, $1) })
        },
        OperationCase(name: "averagePool \(g)", inputs: [g.input]) {
            averagePool($0[0], window: g.window, stride: g.stride, padding: g.padding)
        } reference: { inputs in
            poolReference(inputs[0], window: g.window, stride: g.stride, padding: g.padding, start: 0, +)
                .map { $0 / Double(g.window * g.window) }
        },
    ]
}

let channelCases: [OperationCase] = [[3, 5], [2, 17, 3, 2], [2, 16, 2, 2], [3, 4, 5]].flatMap { shape in
    [
        OperationCase(name: "scaleChannels \(shape)", inputs: [shape, [shape[1]]]) {
            $0[0].scaleChannels(by: $0[1])
        } reference: { inputs in
            Grid(shape) { inputs[0][$0] * inputs[1][$0[1]] }
        },
        OperationCase(name: "scaleChannels \(shape), per sample", inputs: [shape, [shape[0], shape[1]]]) {
            $0[0].scaleChannels(by: $0[1])
        } reference: { inputs in
            Grid(shape) { inputs[0][$0] * inputs[1][$0[0], $0[1]] }
        },
        OperationCase(name: "addingChannels \(shape)", inputs: [shape, [shape[1]]]) {
            $0[0].addingChannels($0[1])
        } reference: { inputs in
            Grid(shape) { inputs[0][$0] + inputs[1][$0[1]] }
        },
    ]
}

let affineCases: [OperationCase] = [[3, 5], [2, 17, 3, 2], [2, 16, 2, 2], [3, 4, 5]].flatMap { sizes in
    [nil, 1, 2].map { affineCase(sizes, copies: $0) }
}

/// - Parameter copies: `nil` for constants that all samples share.
private func affineCase(_ sizes: [Int], copies: Int?) -> OperationCase {
    let samples = sizes[0] * (copies ?? 1)
    let constants = copies == nil ? [sizes[1]] : [samples, sizes[1]]
    let what = copies.map { "\($0) copies of every sample" } ?? "shared"
    return OperationCase(
        name: "affineChannels \(sizes), \(what)", inputs: [sizes, constants, constants]
    ) {
        $0[0].affineChannels(factors: $0[1], offsets: $0[2])
    } reference: { inputs in
        Grid([samples] + Array(sizes.dropFirst())) { place in
            var source = place
            source[0] /= copies ?? 1
            let x: Double = inputs[0][source]
            if copies == nil { return x * inputs[1][place[1]] + inputs[2][place[1]] }
            return x * inputs[1][place[0], place[1]] + inputs[2][place[0], place[1]]
        }
    }
}

let lossCases: [OperationCase] = [Reduction.mean, .sum].map { reduction in
    let labels: [Int32] = [2, 0, 4, 4]
    return OperationCase(
        name: "softmaxCrossEntropy, \(reduction)", inputs: [[4, 5]], range: -3...3, isTwiceDifferentiable: false
    ) {
        softmaxCrossEntropy(logits: $0[0], labels: labels, reduction: reduction)
    } reference: { inputs in
        var total = 0.0
        for (row, label) in labels.enumerated() {
            let sum = (0..<5).map { Glibc.exp(inputs[0][row, $0]) }.reduce(0, +)
            total += Glibc.log(sum) - inputs[0][row, Int(label)]
        }
        return Grid([], [reduction == .mean ? total / 4 : total])
    }
}
