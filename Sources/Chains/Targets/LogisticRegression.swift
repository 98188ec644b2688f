// SPDX-License-Identifier: Apache-2.0
// The posterior of Bayesian logistic regression.

import RealModule

/// The posterior of logistic regression: `log p(w) = sum_i [ y_i z_i - log(1 + exp(z_i)) ] - |w|^2 / 2` with
/// `z = X w + bias`, up to a constant.
///
/// The bias is the last coordinate; like the others it has a standard normal prior. Features are standardised with the
/// mean and the standard deviation of the data, `N` in the denominator. Constant features tell nothing and are left out.
public struct LogisticRegression: LogDensity, Sendable, Equatable {
    /// Kept features plus one for the bias.
    public let dimension: Int
    /// N.
    public let objectCount: Int
    /// Which of the given features are left out because they are constant, increasing.
    public let droppedFeatures: [Int]
    /// The means of the kept features.
    public let featureMeans: [Double]
    /// The standard deviations of the kept features.
    public let featureDeviations: [Double]
    /// The standardised features times 1 for the label 1 and -1 for 0, `[D - 1, N]`, one feature after the other.
    private let signedColumns: [Double]
    /// 1 for the label 1 and -1 for 0, `[N]`.
    private let signs: [Double]

    /// The posterior given a feature matrix and labels.
    ///
    /// - Shapes: `features` is `[N, F]` row-major, `labels` is `[N]` with 0 and 1.
    /// - Throws: `ParameterError` for no object, sizes that disagree, numbers that are not finite, and labels that are
    ///   neither 0 nor 1 (reported as a count of the labels that are).
    public init(features: [Double], labels: [Int]) throws(ParameterError) {
        let count = labels.count
        guard count > 0 else { throw .tooFew("objects", needed: 1) }
        let width = features.count / count
        try ParameterError.check(features, count: count * width, "features")
        let usable = labels.count { $0 == 0 || $0 == 1 }
        guard usable == count else { throw .wrongCount(of: "labels 0 and 1", expected: count, found: usable) }
        let signs = labels.map { $0 == 1 ? 1.0 : -1.0 }
        var columns: [Double] = []
        var (means, deviations, dropped) = ([Double](), [Double](), [Int]())
        for feature in 0..<width {
            let column = (0..<count).map { features[$0 * width + feature] }
            // Relative to the first value: the deviations of equal numbers are then exactly 0.
            let shift = column.reduce(0) { $0 + ($1 - column[0]) } / Double(count)
            let centred = column.map { ($0 - column[0]) - shift }
            let deviation = (centred.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
            guard deviation > 0, deviation < .infinity else {
                dropped.append(feature)
                continue
            }
            means.append(column[0] + shift)
            deviations.append(deviation)
            columns += zip(centred, signs).map { $0 / deviation * $1 }
        }
        dimension = means.count + 1
        objectCount = count
        droppedFeatures = dropped
        featureMeans = means
        featureDeviations = deviations
        signedColumns = columns
        self.signs = signs
    }

    /// Writes the log density of every point.
    public func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        evaluate(points, values: values, gradients: nil)
    }

    /// Writes the log density of every point and its derivatives, `X^T (y - sigmoid(z)) - w`.
    public func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>
    ) {
        evaluate(points, values: values, gradients: gradients)
    }

    /// With `t_i = (2 y_i - 1) z_i` every object adds `-log(1 + exp(-t_i))`, whose slope in t is `1 / (1 + exp(t_i))`.
    private func evaluate(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>?
    ) {
        let bias = dimension - 1
        withUnsafeTemporaryAllocation(of: Double.self, capacity: objectCount) { negative in
            signedColumns.withUnsafeBufferPointer { columns in
                signs.withUnsafeBufferPointer { signs in
                    for index in values.indices {
                        let first = index * dimension
                        // -t, one feature after the other: no sum has to be reordered to be vectorised.
                        for object in negative.indices { negative[object] = -points[first + bias] * signs[object] }
                        var prior = points[first + bias] * points[first + bias]
                        for feature in 0..<bias {
                            let weight = points[first + feature]
                            prior += weight * weight
                            let column = feature * objectCount
                            for object in negative.indices { negative[object] -= weight * columns[column + object] }
                        }
                        var losses = Four(repeating: 0)
                        mapLosses(negative, &losses, keepingSlopes: gradients != nil)
                        values[index] = -losses.sum() - 0.5 * prior
                        guard let gradients else { continue }
                        for feature in 0..<bias {
                            let column = UnsafeBufferPointer(
                                rebasing: columns[feature * objectCount..<(feature + 1) * objectCount])
                            gradients[first + feature] = dot(column, negative) - points[first + feature]
                        }
                        gradients[first + bias] = dot(signs, negative) - points[first + bias]
                    }
                }
            }
        }
    }
}

/// Adds `log(1 + exp(x))` of every number to `losses`, and replaces the numbers by the slopes `1 / (1 + exp(-x))`.
@inline(__always)
private func mapLosses(_ numbers: UnsafeMutableBufferPointer<Double>, _ losses: inout Four, keepingSlopes: Bool) {
    var first = 0
    while first < numbers.count {
        let lanes = min(4, numbers.count - first)
        // A missing lane adds exp(-700), which is nothing.
        var x = Four(repeating: -700)
        if lanes == 4 {
            x = Four(numbers[first], numbers[first + 1], numbers[first + 2], numbers[first + 3])
        } else {
            for lane in 0..<lanes { x[lane] = numbers[first + lane] }
        }
        let small = exponential(x.replacing(with: -x, where: x .> 0))
        losses += x.replacing(with: 0, where: x .< 0) + logarithm(1 + small)
        if keepingSlopes {
            let far = 1 / (1 + small)
            let slopes = (small * far).replacing(with: far, where: x .> 0)
            for lane in 0..<lanes { numbers[first + lane] = slopes[lane] }
        }
        first += 4
    }
}

/// The sum of products, in four partial sums.
@inline(__always)
private func dot(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeMutableBufferPointer<Double>) -> Double {
    var sums = Four(repeating: 0)
    var index = 0
    while index + 4 <= x.count {
        sums +=
            Four(x[index], x[index + 1], x[index + 2], x[index + 3])
            * Four(y[index], y[index + 1], y[index + 2], y[index + 3])
        index += 4
    }
    var sum = sums.sum()
    while index < x.count {
        sum += x[index] * y[index]
        index += 1
    }
    return sum
}
