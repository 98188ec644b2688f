// SPDX-License-Identifier: Apache-2.0
// One number per layer for the two rules by which a unit goes: a threshold of its signal-to-noise ratio, or the evidence.

extension ThresholdEvaluation {
    /// Stands in the place of a layer's threshold when its units are chosen by the evidence; no signal-to-noise ratio is
    /// negative, so no threshold is lost.
    public static let byEvidence = -1.0
}

extension LayerState {
    /// Units that stay at a threshold, or with `byEvidence` those whose removal would not raise the evidence.
    ///
    /// Without one evidence gain per unit every unit stays under `byEvidence`.
    public func kept(at threshold: Double) -> [Bool] {
        guard threshold == ThresholdEvaluation.byEvidence else { return survivors(threshold: threshold) }
        guard let kept = survivorsByEvidence, kept.count == units else { return Array(repeating: true, count: units) }
        return kept
    }

    /// Units that one of the two rules keeps and the other removes.
    ///
    /// - Parameter threshold: the one of the signal-to-noise rule.
    /// - Returns: `nil` when there are no gains to compare with.
    public func disagreement(threshold: Double) -> [Bool]? {
        guard let byEvidence = survivorsByEvidence, byEvidence.count == units else { return nil }
        return zip(survivors(threshold: threshold), byEvidence).map { $0 != $1 }
    }
}
