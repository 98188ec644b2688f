// SPDX-License-Identifier: Apache-2.0
// Probabilities summed over draws and members in the log domain, for several numbers of draws at once.

import EngineKit
import Probability
import RealModule

/// `log sum_s p_s(y)` of objects, for the first 1, 2, 4, … draws of every member.
///
/// Averages are taken of probabilities, not of logits. In logarithms nothing underflows: an object that every draw gets
/// wrong with certainty still has a finite likelihood.
struct EnsembleSums: Equatable {
    /// Numbers of draws, ascending, the last one all of them.
    let drawCounts: [Int]
    let objects: Int
    let classes: Int
    /// `[drawCounts, objects, classes]`, each over the draws behind the number before; `-infinity` before the first draw.
    private var sums: [Double]

    init(objects: Int, classes: Int, draws: Int) {
        drawCounts = Self.drawCounts(upTo: draws)
        self.objects = objects
        self.classes = classes
        sums = [Double](repeating: -.infinity, count: drawCounts.count * objects * classes)
    }

    /// 1, 2, 4, … and `draws`.
    static func drawCounts(upTo draws: Int) -> [Int] {
        Array(sequence(first: 1) { $0 * 2 < draws ? $0 * 2 : nil }) + (draws > 1 ? [draws] : [])
    }

    /// Adds what one member says of some objects.
    ///
    /// - Parameters:
    ///   - logProbabilities: `[n, draws, classes]`.
    ///   - first: index of the first of these n objects.
    ///   - draws: which of the member's draws these are; `nil` for all of them.
    mutating func add(_ logProbabilities: [Double], first: Int, draws: Range<Int>? = nil) {
        let draws = draws ?? 0..<(drawCounts.last ?? 1)
        for row in 0..<logProbabilities.count / (draws.count * classes) {
            for (offset, draw) in draws.enumerated() {
                guard let place = drawCounts.firstIndex(where: { $0 > draw }) else {
                    fatalError("draw \(draw) of \(drawCounts)")
                }
                let source = (row * draws.count + offset) * classes
                let target = (place * objects + first + row) * classes
                for index in 0..<classes {
                    sums[target + index] = logAddExp(sums[target + index], logProbabilities[source + index])
                }
            }
        }
    }

    /// Log of the mean probabilities `[objects, classes]`.
    ///
    /// - Parameters:
    ///   - place: which of `drawCounts`.
    ///   - members: members of which these draws were added for every object in `range`.
    func logMeans(_ place: Int, members: Int, objects range: Range<Int>) -> [Double] {
        let normalizer = Double.log(Double(drawCounts[place] * members))
        return (range.lowerBound * classes..<range.upperBound * classes).map { index in
            (0...place).reduce(-Double.infinity) { logAddExp($0, sums[$1 * objects * classes + index]) } - normalizer
        }
    }

    // MARK: Checkpoints

    func save(_ checkpoint: inout Checkpoint, _ name: String) { checkpoint.put(name, sums) }

    mutating func restore(_ checkpoint: Checkpoint, _ name: String) throws(EngineError) {
        sums = try checkpoint.doubles(name, shape: [sums.count])
    }
}
