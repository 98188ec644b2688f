// SPDX-License-Identifier: Apache-2.0
// One temperature for all logits, chosen on objects with known classes, so that probabilities mean what they say.

import RealModule

/// The temperature that minimises the mean negative log likelihood, [GPSW17].
public struct TemperatureFit: Sendable, Equatable {
    /// The temperature; above 1 the predictions were too sure.
    public let temperature: Double
    /// Mean negative log likelihood at that temperature, in nats.
    public let negativeLogLikelihood: Double
    /// Whether the search ended at an end of its range: all objects are right, or none, and there is no best
    /// temperature within.
    public let isAtEnd: Bool

    /// Temperatures that are searched.
    public static let range = 1e-4...100.0

    /// Finds the temperature of a predictor, or the one that all members of an ensemble share.
    ///
    /// An ensemble predicts the mean of its members' probabilities; its likelihood is what counts. Golden section
    /// search over the logarithm of the temperature: for one member the likelihood has a single minimum there, since it
    /// is convex in 1/temperature. The mean log probabilities of an ensemble can be given as a single member.
    ///
    /// - Parameters:
    ///   - logits: one list of `[N, K]` logits or log probabilities per member.
    ///   - classCount: K.
    ///   - labels: the true classes, N numbers from 0 to below K.
    /// - Returns: `nil` without members, objects, or finite logits.
    public init?(logits: [[Double]], classCount: Int, labels: [Int]) {
        guard !logits.isEmpty, !labels.isEmpty, logits.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
        guard logits.allSatisfy({ $0.count == labels.count * classCount }),
            labels.allSatisfy({ $0 >= 0 && $0 < classCount })
        else {
            fatalError("TemperatureFit: \(logits.map(\.count)) logits, \(labels.count) labels, \(classCount) classes")
        }
        let loss = { (logTemperature: Double) in
            Self.loss(logits, classCount, labels, inverseTemperature: .exp(-logTemperature))
        }
        let (lowest, highest) = (Double.log(Self.range.lowerBound), Double.log(Self.range.upperBound))
        let best = Self.goldenSection(loss, lowest, highest)
        let isAtEnd = best - lowest < 1e-3 || highest - best < 1e-3
        let temperature =
            isAtEnd ? (best - lowest < 1e-3 ? Self.range.lowerBound : Self.range.upperBound) : Double.exp(best)
        self.temperature = temperature
        self.isAtEnd = isAtEnd
        negativeLogLikelihood = loss(.log(temperature))
    }

    /// The predictions at this temperature of one member's logits.
    public func predictions(logits: [Double], classCount: Int) -> Predictions {
        Predictions(softmaxOf: logits, classCount: classCount, temperature: temperature)
    }

    /// Mean negative log of the mean probability over the members; in logarithms throughout, so that sure mistakes stay
    /// finite.
    private static func loss(
        _ logits: [[Double]], _ classCount: Int, _ labels: [Int], inverseTemperature: Double
    ) -> Double {
        var sum = 0.0
        for (object, label) in labels.enumerated() {
            let start = object * classCount
            var logs: [Double] = []
            for member in logits {
                let row = member[start..<start + classCount]
                let largest = row.max() ?? 0
                let normalizer = row.reduce(0) { $0 + .exp(($1 - largest) * inverseTemperature) }
                logs.append((row[start + label] - largest) * inverseTemperature - .log(normalizer))
            }
            let largest = logs.max() ?? 0
            sum -= largest + .log(logs.reduce(0) { $0 + .exp($1 - largest) } / Double(logs.count))
        }
        return sum / Double(labels.count)
    }

    /// The place of the minimum of a function with a single one, to about 1e-8, the square root of what rounding leaves
    /// to see.
    private static func goldenSection(_ function: (Double) -> Double, _ low: Double, _ high: Double) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (low, high)
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (atLeft, atRight) = (function(left), function(right))
        while high - low > 1e-8 {
            if atLeft <= atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = function(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = function(right)
            }
        }
        return (low + high) / 2
    }
}
