// SPDX-License-Identifier: Apache-2.0
// The numbers beside the pictures: where each comes from, how it is judged, what it means.

import Diagnostics
import EngineKit
import Screen

/// A number that is told of the draws on show; a new one is a case here.
enum ChainNumber: CaseIterable, Sendable {
    case rHat, bulkSize, tailSize, mean, standardDeviation, time, jump
    case acceptance, recentAcceptance, acceptanceLowerBound
    case totalVariation, reverseDivergence, forwardDivergence, perSecond, perEvaluation

    /// A number with its judgement.
    struct Reading: Equatable {
        /// The number as text; a dash where there is none.
        var text = "–"
        /// A word about it.
        var note = ""
        var role = Role.text
        /// Why there is none, if a diagnostic said so.
        var reason: UndefinedReason?
    }

    var name: String {
        switch self {
        case .rHat: "R-hat"
        case .bulkSize: "bulk ESS"
        case .tailSize: "tail ESS"
        case .mean: "mean"
        case .standardDeviation: "sd"
        case .time: "τ"
        case .jump: "ESJD"
        case .acceptance: "acceptance"
        case .recentAcceptance: "  recent"
        case .acceptanceLowerBound: "  at least"
        case .totalVariation: "TV"
        case .reverseDivergence: "KL(q||p)"
        case .forwardDivergence: "KL(p||q)"
        case .perSecond: "ESS/s"
        case .perEvaluation: "ESS/density"
        }
    }

    /// What it means, for help.
    var definition: String {
        switch self {
        case .rHat:
            "Rank-normalised split R-hat, the larger one of bulk and folded. Above 1.01 the chains disagree about where "
                + "they are or how wide they are."
        case .bulkSize:
            "Effective sample size of the centre of the distribution: so many independent draws would tell as much. Low "
                + "below 100 per chain."
        case .tailSize:
            "Effective sample size of the 5 % and the 95 % quantile, the smaller one. Low below 100 per chain."
        case .mean: "Mean of the draws and its Monte Carlo standard error, by the effective sample size of the mean."
        case .standardDeviation: "Standard deviation of all draws."
        case .time: "Integrated autocorrelation time of the mean: so many draws are worth one independent draw."
        case .jump:
            "Expected squared jump distance: mean over all steps of the squared distance from a draw to the next one, "
                + "over all coordinates. A rejection is a jump of length 0."
        case .acceptance:
            "Mean over proposals of min(1, ratio), over the draws behind the warm-up; in training, of the newest step."
        case .recentAcceptance: "The same over the last 1000 steps."
        case .acceptanceLowerBound:
            "1 - sqrt((KL(q||p) + KL(p||q)) / 2), estimated from the same proposals: the acceptance rate is no "
                + "lower."
        case .totalVariation:
            "Total variation between draws and target on a grid of 40 x 40 cells, in [0, 1]. Even independent draws are "
                + "not at 0, for there are finitely many."
        case .reverseDivergence:
            "KL divergence of proposal q and target p, nats; small if q lies where p is, even if it misses a mode."
        case .forwardDivergence: "KL divergence of target p and proposal q, nats; small if q covers all of p."
        case .perSecond: "Bulk effective sample size per second of sampling."
        case .perEvaluation: "Bulk effective sample size per evaluation of the density, those with gradients included."
        }
    }

    /// What it is now.
    func reading(_ content: ChainsContent) -> Reading {
        let analysis = content.analysis
        let curves = content.run.curves
        func metric(_ name: String) -> Reading { Self.plain(curves[name]?.last) }
        // Metrics are those of the learned proposal, whichever sampler is on show.
        let isLearned = content.sampler.map { $0.name == "learned" } ?? true
        switch self {
        case .rHat:
            var reading = Self.judged(analysis?.summary?.rHat) { value in
                value > QuantitySummary.largestRHat ? ("high", .bad) : ("ok", .good)
            }
            if let value = analysis?.summary?.rHat.value { reading.text = NumberText.fixed(value, decimals: 3) }
            return reading
        case .bulkSize: return Self.size(analysis?.summary?.bulkEffectiveSampleSize, analysis)
        case .tailSize: return Self.size(analysis?.summary?.tailEffectiveSampleSize, analysis)
        case .mean:
            var reading = Self.judged(analysis?.summary?.mean) { _ in ("", .text) }
            if let error = analysis?.summary?.meanStandardError.value {
                reading.note = "± " + NumberText.significant(error, digits: 2)
            } else if let reason = analysis?.summary?.meanStandardError.reason {
                reading.reason = reason
            }
            return reading
        case .standardDeviation: return Self.judged(analysis?.summary?.standardDeviation) { _ in ("", .text) }
        case .time: return Self.judged(analysis?.autocorrelationTime) { _ in ("draws", .text) }
        case .jump: return Self.plain(Self.enough(analysis)?.squaredJump)
        case .acceptance:
            return Self.rate(analysis?.acceptance ?? content.sampler.flatMap { $0.training?.acceptanceRate })
        case .recentAcceptance:
            return Self.rate(content.sampler?.recentAcceptance(window: ChainAnalysis.acceptanceWindow))
        case .acceptanceLowerBound:
            guard isLearned else { return Reading() }
            return Self.rate(
                curves["sample/acceptanceLowerBound"]?.last ?? curves["train/acceptanceLowerBound"]?.last)
        case .totalVariation: return isLearned ? metric("sample/totalVariation") : Reading()
        case .reverseDivergence: return isLearned ? metric("sample/klReverse") : Reading()
        case .forwardDivergence: return isLearned ? metric("sample/klForward") : Reading()
        case .perSecond:
            return analysis?.drawsPerSecond.map { Reading(text: NumberText.compact($0)) } ?? Reading()
        case .perEvaluation: return Self.plain(analysis?.drawsPerEvaluation, digits: 2)
        }
    }

    /// The analysis if it is of enough draws.
    private static func enough(_ analysis: ChainAnalysis?) -> ChainAnalysis? {
        analysis.flatMap { $0.drawCount >= ChainAnalysis.fewestDraws ? $0 : nil }
    }

    private static func plain(_ value: Double?, digits: Int = 3) -> Reading {
        guard let value, value.isFinite else { return Reading() }
        return Reading(text: NumberText.significant(value, digits: digits))
    }

    private static func rate(_ value: Double?) -> Reading {
        guard let value, value.isFinite else { return Reading() }
        return Reading(text: NumberText.fixed(value, decimals: 3))
    }

    private static func judged(
        _ diagnosis: Diagnosis?, _ judge: (Double) -> (String, Role)
    ) -> Reading {
        guard let diagnosis else { return Reading() }
        guard let value = diagnosis.value else { return Reading(reason: diagnosis.reason) }
        let (note, role) = judge(value)
        return Reading(text: NumberText.significant(value, digits: 3), note: note, role: role)
    }

    private static func size(_ diagnosis: Diagnosis?, _ analysis: ChainAnalysis?) -> Reading {
        var reading = judged(diagnosis) { value in
            let limit = QuantitySummary.smallestSizePerChain * Double(analysis?.chainCount ?? 0)
            return value < limit ? ("low", .warning) : ("ok", .good)
        }
        if let value = diagnosis?.value { reading.text = NumberText.grouped(Int(saturating: value.rounded())) }
        return reading
    }
}
