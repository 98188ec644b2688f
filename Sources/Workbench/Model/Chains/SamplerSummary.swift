// SPDX-License-Identifier: Apache-2.0
// What all draws of one sampler say, over all coordinates: its row in the table of samplers.

import Diagnostics
import EngineKit

/// What a row of the table of samplers is of.
struct SamplerKey: ChainQuestion {
    var run: String
    var sampler: String
    var phase: DrawBlock.Phase
    /// Draws of each chain that are left out at the beginning.
    var warmUp: Int
    /// Draws of each chain, those left out included.
    var draws: Int
}

/// A request for a row; answered by `Action.samplerSummarised`.
public struct SamplerSummaryRequest: ChainRequest, Equatable {
    let key: SamplerKey
    let draws: PhaseDraws
    /// The target, for the distance to it.
    let target: TargetDescription?

    /// Requests are equal when their answers are.
    public static func == (left: SamplerSummaryRequest, right: SamplerSummaryRequest) -> Bool { left.key == right.key }

    /// The answer; takes some tens of milliseconds per coordinate for 160 000 draws.
    public func answer() -> SamplerSummary { SamplerSummary(self) }
}

/// The answer to a `SamplerSummaryRequest`.
public struct SamplerSummary: ChainAnswer {
    let key: SamplerKey
    /// Mean of min(1, ratio) over the proposals; `nil` when unknown.
    let acceptance: Double?
    /// The largest R-hat of all coordinates; undefined if one is, `nil` below `ChainAnalysis.fewestDraws`.
    let rHat: Diagnosis?
    /// The smallest bulk effective sample size of all coordinates, likewise.
    let bulkSize: Diagnosis?
    /// The smallest tail effective sample size of all coordinates, likewise.
    let tailSize: Diagnosis?
    /// Effective draws by `bulkSize` per second and per density evaluation; `nil` when unknown.
    let perSecond: Double?
    let perEvaluation: Double?
    /// Seconds of sampling; `nil` where nobody measured.
    let duration: Double?
    /// Total variation between draws and target; `nil` unless `PlaneDistance` knows it, and of too few draws.
    let totalVariation: Double?
    /// What the answer took.
    let seconds: Double

    /// Looks at draws.
    ///
    /// - Complexity: O(D S log T).
    init(_ request: SamplerSummaryRequest) {
        let clock = ContinuousClock()
        let start = clock.now
        let store = request.draws.store
        key = request.key
        let warmUp = min(max(0, key.warmUp), store.count)
        let length = store.count - warmUp
        let effort = Effort(request.draws.notes, from: warmUp)
        var numbers: (rHat: Diagnosis, bulk: Diagnosis, tail: Diagnosis)?
        if length >= ChainAnalysis.fewestDraws {
            for coordinate in 0..<store.dimension {
                let values = store.coordinate(coordinate, from: warmUp)
                let draws = ChainDraws(ChainMatrix(values, count: store.chains, length: length))
                let own = (
                    Diagnostics.rHat(draws), bulkEffectiveSampleSize(draws), tailEffectiveSampleSize(draws)
                )
                guard let known = numbers else {
                    numbers = own
                    continue
                }
                numbers = (
                    Self.worst(known.rHat, own.0, max), Self.worst(known.bulk, own.1, min),
                    Self.worst(known.tail, own.2, min)
                )
            }
        }
        acceptance = effort.acceptance
        rHat = numbers?.rHat
        bulkSize = numbers?.bulk
        tailSize = numbers?.tail
        perSecond = effort.perSecond(numbers?.bulk.value)
        perEvaluation = effort.perEvaluation(numbers?.bulk.value)
        duration = effort.seconds > 0 ? effort.seconds : nil
        totalVariation =
            numbers == nil || store.dimension != 2
            ? nil
            : PlaneDistance(request.target)?.totalVariation(
                x: store.coordinate(0, from: warmUp), y: store.coordinate(1, from: warmUp))
        seconds = clock.now.seconds(since: start)
    }

    /// The worse one of two numbers; a coordinate that has none leaves the sampler without one.
    private static func worst(
        _ first: Diagnosis, _ second: Diagnosis, _ choose: (Double, Double) -> Double
    ) -> Diagnosis {
        guard let one = first.value else { return first }
        return second.map { choose(one, $0) }
    }
}

extension ContinuousClock.Instant {
    /// Seconds from an earlier instant to this one.
    func seconds(since start: Self) -> Double {
        let duration = start.duration(to: self).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }
}
