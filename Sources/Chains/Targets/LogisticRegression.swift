// SPDX-License-Identifier: Apache-2.0
// The posterior of Bayesian logistic regression.

import CKernels
import RealModule

/// The posterior of logistic regression: `log p(w) = sum_i [ y_i z_i - log(1 + exp(z_i)) ] - |w|^2 / 2` with
/// `z = X w + bias`, up to a constant.
///
/// The bias is the last coordinate; like the others it has a standard normal prior. Features are standardised with the
/// mean and the standard deviation of the data, `N` in the denominator. Constant features tell nothing and are left out.
public struct LogisticRegression: DataLogDensity, Sendable, Equatable {
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
    /// The standardised features and a 1 for the bias, times 1 for the label 1 and -1 for 0, as the kernel reads them:
    /// in panels of eight objects, `[N / 8, D, 8]`, times `-log2(e)`, with 0 behind the last object.
    private let panels: [Double]
    /// What the likelihood counts, 1 unless it stands for that of more objects.
    private let likelihoodWeight: Double

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
        columns += signs
        let size = dimension
        var panels = [Double](repeating: 0, count: (count + 7) / 8 * 8 * size)
        for axis in 0..<size {
            for object in 0..<count {
                panels[Self.place(object, axis, size)] = -1.442_695_040_888_963_4 * columns[axis * count + object]
            }
        }
        self.panels = panels
        likelihoodWeight = 1
    }

    /// Where a coordinate of an object is in the panels.
    private static func place(_ object: Int, _ axis: Int, _ dimension: Int) -> Int {
        (object / 8 * dimension + axis) * 8 + object % 8
    }

    /// The posterior with the likelihood of these objects, times N over their number, in the place of that of all.
    ///
    /// - Precondition: at least one object, each below `objectCount`.
    public func estimate(from objects: [Int]) -> LogisticRegression { LogisticRegression(self, objects) }

    private init(_ whole: LogisticRegression, _ objects: [Int]) {
        guard !objects.isEmpty else { fatalError("an estimate needs an object") }
        dimension = whole.dimension
        objectCount = objects.count
        droppedFeatures = whole.droppedFeatures
        featureMeans = whole.featureMeans
        featureDeviations = whole.featureDeviations
        let size = whole.dimension
        var panels = [Double](repeating: 0, count: (objects.count + 7) / 8 * 8 * size)
        for (index, object) in objects.enumerated() {
            guard object >= 0, object < whole.objectCount else { fatalError("there is no object \(object)") }
            for axis in 0..<size {
                panels[Self.place(index, axis, size)] = whole.panels[Self.place(object, axis, size)]
            }
        }
        self.panels = panels
        likelihoodWeight = whole.likelihoodWeight * Double(whole.objectCount) / Double(objects.count)
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

    private func evaluate(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>?
    ) {
        panels.withUnsafeBufferPointer { panels in
            var data = elbo_logistic_data(objects: objectCount, dimension: dimension, panels: panels.baseAddress)
            elbo_logistic_log_likelihood(
                &data, points.baseAddress, values.baseAddress, gradients?.baseAddress, values.count)
        }
        for index in values.indices {
            var square = 0.0
            for coordinate in index * dimension..<(index + 1) * dimension {
                square += points[coordinate] * points[coordinate]
                if let gradients {
                    gradients[coordinate] = likelihoodWeight * gradients[coordinate] - points[coordinate]
                }
            }
            values[index] = likelihoodWeight * values[index] - 0.5 * square
        }
    }
}
