// SPDX-License-Identifier: Apache-2.0
// Predicted class probabilities of many objects as one block of numbers.

import RealModule

/// Probabilities of K classes for N objects.
public struct Predictions: Sendable, Equatable {
    /// Number of objects, N.
    public let objectCount: Int
    /// Number of classes, K.
    public let classCount: Int
    /// The probabilities, `[N, K]`; each row sums to 1 as far as its maker rounded well.
    public let values: [Double]

    /// Wraps probabilities.
    ///
    /// - Precondition: `values` has a multiple of `classCount` elements, and `classCount` is positive.
    public init(_ values: [Double], classCount: Int) {
        guard classCount > 0, values.count.isMultiple(of: classCount) else {
            fatalError("Predictions: \(values.count) numbers for \(classCount) classes")
        }
        self.values = values
        self.classCount = classCount
        objectCount = values.count / classCount
    }

    /// The softmax of logits divided by a temperature.
    ///
    /// - Parameters:
    ///   - logits: `[N, K]`; log probabilities are logits as well.
    ///   - classCount: K.
    ///   - temperature: positive; 1 leaves the probabilities alone, more makes them flatter.
    /// - Undefined cases: a row with NaN, with an infinite positive logit or with nothing but `-infinity` becomes NaN.
    public init(softmaxOf logits: [Double], classCount: Int, temperature: Double = 1) {
        precondition(temperature > 0, "a temperature is positive")
        var values = logits
        for start in stride(from: 0, to: logits.count - classCount + 1, by: classCount) {
            let row = start..<start + classCount
            let largest = logits[row].max() ?? 0
            var sum = 0.0
            for index in row {
                values[index] = .exp((logits[index] - largest) / temperature)
                sum += values[index]
            }
            for index in row { values[index] /= sum }
        }
        self.init(values, classCount: classCount)
    }

    /// The mean of the probabilities of several members of an ensemble, the predictive distribution of the ensemble.
    ///
    /// - Precondition: there is a member, and all have the same shape.
    public init(meanOf members: [Predictions]) {
        guard let first = members.first else { fatalError("Predictions: no member to average") }
        var sum = first.values
        for member in members.dropFirst() {
            first.expectSameShape(member)
            for index in sum.indices { sum[index] += member.values[index] }
        }
        let count = Double(members.count)
        self.init(sum.map { $0 / count }, classCount: first.classCount)
    }

    /// The probabilities of one object.
    public subscript(object: Int) -> ArraySlice<Double> {
        values[object * classCount..<(object + 1) * classCount]
    }

    /// Stops the program where two blocks cannot belong together.
    func expectSameShape(_ other: Predictions) {
        guard other.classCount == classCount, other.objectCount == objectCount else {
            fatalError(
                "Predictions: \(other.objectCount) x \(other.classCount), expected \(objectCount) x \(classCount)")
        }
    }

    /// Why a score of these objects is undefined whatever it is: there are none, or a number is not finite.
    ///
    /// - Precondition: one label per object, each from 0 to below K.
    func problem(_ labels: [Int]) -> UndefinedReason? {
        guard labels.count == objectCount, labels.allSatisfy({ $0 >= 0 && $0 < classCount }) else {
            fatalError("Predictions: \(labels.count) labels for \(objectCount) objects of \(classCount) classes")
        }
        if objectCount == 0 { return .empty }
        return values.allSatisfy(\.isFinite) ? nil : .notFinite
    }
}
