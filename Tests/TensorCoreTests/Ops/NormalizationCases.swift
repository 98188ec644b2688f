// SPDX-License-Identifier: Apache-2.0
// Batch normalization and its reference.

import TensorCore

private func normalizationReference(
    _ x: Grid, _ scale: Grid, _ shift: Grid, _ mean: [Double], _ variance: [Double], relu: Bool
) -> Grid {
    Grid(x.shape) { index in
        let c = index[1]
        let value = scale[c] * (x[index] - mean[c]) / (variance[c] + 1e-5).squareRoot() + shift[c]
        return relu ? max(value, 0) : value
    }
}

private func moments(_ x: Grid) -> (mean: [Double], variance: [Double]) {
    let channels = x.shape[1]
    var (sums, squares) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
    let each = Double(channels) / Double(x.values.count)
    let positions = x.shape.dropFirst(2).reduce(1, *)
    for (index, value) in x.values.enumerated() { sums[index / positions % channels] += value * each }
    for (index, value) in x.values.enumerated() {
        let channel = index / positions % channels
        squares[channel] += (value - sums[channel]) * (value - sums[channel]) * each
    }
    return (sums, squares)
}

private let maps: [[Int]] = [[6, 5], [4, 3, 3, 2], [3, 16, 2, 2], [2, 17, 3, 3], [2, 20, 4, 4]]

let normalizationCases: [OperationCase] = maps.flatMap { shape in
    let c = shape[1]
    return [
        OperationCase(
            name: "batchNormalization \(shape)", inputs: [shape, [c], [c]], range: 0.5...2, tolerance: 1e-4
        ) {
            batchNormalization($0[0], scale: $0[1], shift: $0[2], statistics: .batch).output
        } reference: { inputs in
            let (mean, variance) = moments(inputs[0])
            return normalizationReference(inputs[0], inputs[1], inputs[2], mean, variance, relu: false)
        },
        // The shift is so large that nothing is cut off: the kink is tested elsewhere.
        OperationCase(
            name: "batchNormalization \(shape), relu", inputs: [shape, [c], [c]], range: 0.5...2, tolerance: 1e-4
        ) {
            batchNormalization($0[0], scale: $0[1], shift: $0[2] + 6, statistics: .batch, relu: true).output
        } reference: { inputs in
            let (mean, variance) = moments(inputs[0])
            return normalizationReference(
                inputs[0], inputs[1], inputs[2].map { $0 + 6 }, mean, variance, relu: true)
        },
        OperationCase(
            name: "batchNormalization \(shape), given", inputs: [shape, [c], [c], [c], [c]], range: 0.5...2,
            tolerance: 1e-4
        ) {
            batchNormalization(
                $0[0], scale: $0[1], shift: $0[2] + 8, statistics: .given(mean: $0[3], variance: $0[4]), relu: true
            ).output
        } reference: { inputs in
            normalizationReference(
                inputs[0], inputs[1], inputs[2].map { $0 + 8 }, inputs[3].values, inputs[4].values, relu: true)
        },
    ]
}
