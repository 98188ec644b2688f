// SPDX-License-Identifier: Apache-2.0
// Convolutions and transposed convolutions, and their references.

import Glibc
import TensorCore

func convolutionReference(_ x: Grid, _ weight: Grid, _ bias: Grid?, stride: Int, padding: Int) -> Grid {
    let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let (o, kh, kw) = (weight.shape[0], weight.shape[2], weight.shape[3])
    return Grid([n, o, (h + 2 * padding - kh) / stride + 1, (w + 2 * padding - kw) / stride + 1]) { index in
        var sum = bias?[index[1]] ?? 0
        for channel in 0..<c {
            for p in 0..<kh {
                for q in 0..<kw {
                    let (i, j) = (index[2] * stride + p - padding, index[3] * stride + q - padding)
                    if i < 0 || j < 0 || i >= h || j >= w { continue }
                    sum += x[index[0], channel, i, j] * weight[index[1], channel, p, q]
                }
            }
        }
        return sum
    }
}

private struct Geometry {
    var input: [Int]
    var outputs: Int
    var window: Int
    var stride = 1
    var padding = 0
    var hasBias = true
    var activation = Activation.none
}

private let geometries: [Geometry] = [
    Geometry(input: [1, 1, 5, 5], outputs: 1, window: 3),
    Geometry(input: [2, 1, 9, 9], outputs: 20, window: 5),
    Geometry(input: [2, 3, 6, 5], outputs: 16, window: 3, padding: 1, activation: .tanh),
    Geometry(input: [2, 16, 4, 4], outputs: 16, window: 3, padding: 1),
    Geometry(input: [1, 16, 7, 6], outputs: 16, window: 3, stride: 2, padding: 1, hasBias: false),
    Geometry(input: [2, 5, 4, 4], outputs: 7, window: 1),
    Geometry(input: [1, 17, 5, 5], outputs: 3, window: 3, stride: 2),
    Geometry(input: [2, 16, 4, 4], outputs: 32, window: 4, stride: 2, padding: 1),
    Geometry(input: [1, 2, 4, 4], outputs: 4, window: 3, padding: 1, activation: .relu),
    Geometry(input: [2, 15, 3, 3], outputs: 13, window: 3, padding: 2, hasBias: false),
    Geometry(input: [2, 5, 7, 6], outputs: 9, window: 3, activation: .tanh),
    Geometry(input: [3, 9, 2, 2], outputs: 17, window: 3, padding: 1),
    Geometry(input: [1, 4, 5, 9], outputs: 6, window: 3, padding: 1, activation: .relu),
    Geometry(input: [2, 4, 1, 6], outputs: 4, window: 3, padding: 1),
    Geometry(input: [2, 9, 6, 7], outputs: 5, window: 5, activation: .relu),
    Geometry(input: [1, 4, 5, 4], outputs: 9, window: 5, padding: 2, hasBias: false),
]

let convolutionCases: [OperationCase] = geometries.map { g in
    let weight = [g.outputs, g.input[1], g.window, g.window]
    return OperationCase(
        name: "convolution \(g.input) with \(weight), stride \(g.stride), padding \(g.padding), \(g.activation)",
        inputs: g.hasBias ? [g.input, weight, [g.outputs]] : [g.input, weight],
        range: g.activation == .relu ? 0.1...1 : -0.5...0.5, tolerance: 4e-5
    ) {
        convolution(
            $0[0], weight: $0[1], bias: g.hasBias ? $0[2] : nil, stride: g.stride, padding: g.padding,
            activation: g.activation)
    } reference: { inputs in
        let sums = convolutionReference(
            inputs[0], inputs[1], g.hasBias ? inputs[2] : nil, stride: g.stride, padding: g.padding)
        return g.activation == .tanh ? sums.map { Glibc.tanh($0) } : sums
    }
}

/// Every input element is spread over the output through the window.
func transposedReference(_ x: Grid, _ weight: Grid, _ bias: Grid?, stride: Int, padding: Int) -> Grid {
    let (c, h, w) = (x.shape[1], x.shape[2], x.shape[3])
    let (o, kh, kw) = (weight.shape[1], weight.shape[2], weight.shape[3])
    return Grid([x.shape[0], o, (h - 1) * stride - 2 * padding + kh, (w - 1) * stride - 2 * padding + kw]) { index in
        var sum = bias?[index[1]] ?? 0
        for i in 0..<h {
            for j in 0..<w {
                let (p, q) = (index[2] + padding - i * stride, index[3] + padding - j * stride)
                if p < 0 || q < 0 || p >= kh || q >= kw { continue }
                for channel in 0..<c { sum += x[index[0], channel, i, j] * weight[channel, index[1], p, q] }
            }
        }
        return sum
    }
}

private let enlargements: [(input: [Int], outputs: Int, window: Int, stride: Int, padding: Int, hasBias: Bool)] = [
    ([2, 10, 1, 1], 16, 4, 1, 0, false), ([2, 16, 3, 3], 16, 4, 2, 1, true), ([1, 16, 4, 3], 3, 4, 2, 1, true),
    ([1, 5, 3, 3], 7, 3, 1, 1, true), ([2, 3, 2, 2], 2, 2, 2, 0, false),
]

let transposedConvolutionCases: [OperationCase] = enlargements.map { g in
    let weight = [g.input[1], g.outputs, g.window, g.window]
    return OperationCase(
        name: "transposed convolution \(g.input) with \(weight), stride \(g.stride), padding \(g.padding)",
        inputs: g.hasBias ? [g.input, weight, [g.outputs]] : [g.input, weight], range: -0.5...0.5
    ) {
        transposedConvolution(
            $0[0], weight: $0[1], bias: g.hasBias ? $0[2] : nil, stride: g.stride, padding: g.padding)
    } reference: { inputs in
        transposedReference(inputs[0], inputs[1], g.hasBias ? inputs[2] : nil, stride: g.stride, padding: g.padding)
    }
}
