// SPDX-License-Identifier: Apache-2.0
// What one method said of all objects so far, for every number of draws, and how good that is.

import Diagnostics
import EngineKit
import Glibc

/// The predictions of one method by some members.
struct PredictedMethod: Sendable {
    /// Objects behind which scores are computed anew while they come in, as a factor.
    private static let growth = 1.15

    let method: String
    let members: Int
    let classes: Int
    /// Numbers of draws, ascending.
    let drawCounts: [Int]
    /// What is known of the objects so far, per number of draws.
    private(set) var objects: [JudgedObjects]
    /// Objects that will come, inside and outside; 0 before the first one.
    private(set) var totals: [Int] = [0, 0]
    /// Scores per number of draws; while objects come in only those of all draws are kept up to date.
    private(set) var scores: [MethodScores]
    private var scoredObjects = 0

    init(_ block: PredictionBlock) {
        (method, members, classes, drawCounts) = (block.method, block.members, block.classes, block.drawCounts)
        objects = drawCounts.map { _ in JudgedObjects() }
        scores = drawCounts.map { _ in MethodScores() }
    }

    /// The name in tables, such as `virtual ×5`.
    var title: String { members > 1 ? "\(method) ×\(members)" : method }

    /// Whether draws of it differ, so that their number means something.
    var isRandom: Bool { drawCounts.count > 1 }

    /// Objects that have come, inside and outside.
    var received: [Int] { objects.last.map { [$0.entropies.count, $0.outsideEntropies.count] } ?? [0, 0] }

    /// Whether all objects of both domains are here.
    var isComplete: Bool { received == totals && received[0] > 0 }

    /// The largest entropy there can be, nats.
    var largestEntropy: Double { log(Double(classes)) }

    /// Whether the sizes of a block fit each other.
    static func isSound(_ block: PredictionBlock) -> Bool {
        let draws = block.drawCounts
        guard (2...100_000).contains(block.classes), (1...64).contains(draws.count), block.members > 0,
            draws[0] > 0, zip(draws, draws.dropFirst()).allSatisfy({ $0 < $1 }),
            block.logProbabilities.count == block.count * block.classes * draws.count, block.count > 0,
            block.first >= 0, (1...UncertaintyData.mostObjects).contains(block.total),
            block.first <= block.total - block.count
        else { return false }
        if block.domain == .outside { return block.labels.isEmpty }
        return block.labels.count == block.count && block.labels.allSatisfy { $0 >= 0 && $0 < block.classes }
    }

    /// Takes over a block of the same method; one that does not follow the objects so far is left out.
    mutating func take(_ block: PredictionBlock) {
        let domain = block.domain == .inside ? 0 : 1
        guard block.classes == classes, block.drawCounts == drawCounts, block.first == received[domain] else { return }
        totals[domain] = block.total
        for place in drawCounts.indices {
            for object in 0..<block.count {
                let start = (place * block.count + object) * classes
                let row = block.logProbabilities[start..<start + classes]
                var (entropy, top) = (0.0, row.startIndex)
                for index in row.indices {
                    let value = Double(row[index])
                    if value != -.infinity { entropy -= value * exp(value) }
                    if row[index] > row[top] { top = index }
                }
                guard block.domain == .inside else {
                    objects[place].outsideEntropies.append(entropy)
                    continue
                }
                objects[place].entropies.append(entropy)
                objects[place].losses.append(-Double(row[start + block.labels[object]]))
                objects[place].confidences.append(exp(Double(row[top])))
                objects[place].isCorrect.append(top - start == block.labels[object])
            }
        }
    }

    /// Scores what came since the last time, unless that is little.
    mutating func settle() {
        let count = received.reduce(0, +)
        guard count > scoredObjects, isComplete || Double(count) >= Double(scoredObjects) * Self.growth else { return }
        scoredObjects = count
        for place in isComplete ? Array(drawCounts.indices) : [drawCounts.count - 1] {
            let isLast = place == drawCounts.count - 1
            scores[place] = MethodScores(objects[place], withIntervals: isComplete && isLast)
        }
    }
}

/// How good predictions are; `nil` where a number is undefined.
struct MethodScores: Sendable, Equatable {
    /// Resamples behind an interval; each takes a fraction of a millisecond.
    private static let resamples = 100

    /// Percent.
    var error: Double?
    /// Nats.
    var negativeLogLikelihood: Double?
    var calibrationError: Double?
    var areaUnderROC: Double?
    var falsePositiveRate: Double?
    /// Largest distance between the entropy distributions of the domains.
    var separation: Double?
    var intervals: ScoreIntervals?
    /// Entropies in ascending order, inside and outside.
    var inside = EmpiricalDistribution([])
    var outside = EmpiricalDistribution([])

    init() {}

    init(_ objects: JudgedObjects, withIntervals: Bool) {
        inside = EmpiricalDistribution(objects.entropies)
        outside = EmpiricalDistribution(objects.outsideEntropies)
        if !objects.isCorrect.isEmpty {
            error = 100 * Double(objects.isCorrect.count { !$0 }) / Double(objects.isCorrect.count)
            let loss = objects.losses.reduce(0, +) / Double(objects.losses.count)
            negativeLogLikelihood = loss.isFinite ? loss : nil
        }
        calibrationError =
            Calibration(confidences: objects.confidences, isCorrect: objects.isCorrect).expectedError.value
        let detection = Detection(inDomain: objects.entropies, outOfDomain: objects.outsideEntropies)
        areaUnderROC = detection.areaUnderROC.value
        falsePositiveRate = detection.falsePositiveRate().value
        separation = KolmogorovSmirnov(inside, outside).distance.value
        guard withIntervals else { return }
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        intervals = ScoreIntervals(objects, repeats: Self.resamples) {
            // SplitMix64: the same objects have the same intervals, on every screen.
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
