// SPDX-License-Identifier: Apache-2.0
// The columns of the table of samplers: where each number comes from, how it is written, which value is best.

import Diagnostics
import EngineKit
import Screen

/// A column of the table of samplers; a new one is a case here.
enum SamplerColumn: CaseIterable {
    case acceptance, rHat, bulkSize, tailSize, perSecond, perEvaluation, seconds, totalVariation

    /// What is left out first where there is no room for all.
    private static let leastImportant: [SamplerColumn] = [
        .seconds, .tailSize, .totalVariation, .perEvaluation, .acceptance, .bulkSize, .perSecond,
    ]

    /// The columns that fit into so many cells, each with a blank before it.
    static func fitting(width: Int, hasDistance: Bool) -> [SamplerColumn] {
        var columns = allCases.filter { hasDistance || $0 != .totalVariation }
        for column in leastImportant where columns.reduce(0, { $0 + $1.width + 1 }) > width {
            columns.removeAll { $0 == column }
        }
        return columns
    }

    var title: String {
        switch self {
        case .acceptance: "acc"
        case .rHat: "R-hat"
        case .bulkSize: "bulk ESS"
        case .tailSize: "tail ESS"
        case .perSecond: "ESS/s"
        case .perEvaluation: "ESS/density"
        case .seconds: "s"
        case .totalVariation: "TV"
        }
    }

    /// Cells of the widest number with its star.
    var width: Int {
        switch self {
        case .acceptance, .rHat, .totalVariation: 7
        case .bulkSize, .tailSize: 9
        case .perSecond, .seconds: 7
        case .perEvaluation: 12
        }
    }

    /// Which of two numbers is better; `nil` where neither is.
    private var isBetter: ((Double, Double) -> Bool)? {
        switch self {
        case .acceptance, .seconds: nil
        case .rHat, .totalVariation: { $0 < $1 }
        case .bulkSize, .tailSize, .perSecond, .perEvaluation: { $0 > $1 }
        }
    }

    private func value(_ summary: SamplerSummary) -> Double? {
        switch self {
        case .acceptance: summary.acceptance
        case .rHat: summary.rHat?.value
        case .bulkSize: summary.bulkSize?.value
        case .tailSize: summary.tailSize?.value
        case .perSecond: summary.perSecond
        case .perEvaluation: summary.perEvaluation
        case .seconds: summary.duration
        case .totalVariation: summary.totalVariation
        }
    }

    /// A number as it is written, without a star.
    func text(_ value: Double) -> String {
        switch self {
        case .acceptance, .rHat: NumberText.fixed(value, decimals: 3)
        case .bulkSize, .tailSize:
            value < 999_999.5 ? NumberText.grouped(Int(saturating: value.rounded())) : NumberText.compact(value)
        case .perSecond: value < 1 ? Self.small(value) : NumberText.compact(value)
        case .perEvaluation: NumberText.significant(value, digits: 2)
        case .seconds, .totalVariation: Self.small(value)
        }
    }

    /// Two digits, of which a number below a thousandth has no room for both.
    private static func small(_ value: Double) -> String {
        NumberText.significant(value, digits: value < 0.001 ? 1 : 2)
    }

    /// The cells of a column, the best ones with a star; no star where there is nothing to compare.
    func cells(_ summaries: [SamplerSummary?]) -> [StyledText] {
        let values = summaries.map { $0.flatMap(value) }
        let known = values.compactMap { $0 }
        let best = isBetter.flatMap { isBetter in known.count > 1 ? known.min(by: isBetter).map(text) : nil }
        return values.map { value in
            guard let value else { return StyledText("– ", .dim) }
            let text = text(value)
            // Numbers that look the same are equally good.
            return text == best ? StyledText(text + "*", Style(.text).with(.bold)) : StyledText(text + " ", .text)
        }
    }

    /// The number of a sampler as text; a dash where there is none.
    func text(of summary: SamplerSummary) -> String { value(summary).map(text) ?? "–" }
}
