// SPDX-License-Identifier: Apache-2.0
// Exact test errors of one network under several sets of units.

import Datasets
import TensorCore
import Training

/// The test errors of a list of sets of units, each set evaluated once, a batch at a time.
struct MaskedErrors {
    /// One mask per gate.
    typealias Units = [[Bool]]

    /// The sets without repetitions, in the order in which they are evaluated.
    let sets: [Units]
    /// Test errors of the first sets, percent.
    private(set) var errors: [Double]
    private var current: (evaluation: Evaluation, gates: [Tensor?])?

    /// Prepares the evaluation.
    ///
    /// - Parameter known: errors of the first sets from an earlier process; those beyond the number of sets are left out.
    init(_ sets: [Units], known: [Double] = []) {
        var seen = Set<Units>()
        self.sets = sets.filter { seen.insert($0).inserted }
        errors = Array(known.prefix(self.sets.count))
    }

    /// Whether all errors are known.
    var isComplete: Bool { errors.count == sets.count }

    /// Evaluates one more batch.
    ///
    /// - Parameters:
    ///   - batches: the test set from its beginning.
    ///   - gates: the gates that switch off all units but those of a set.
    ///   - logits: `[N, C, H, W] → [N, K]` with the gates in force.
    /// - Returns: the set whose error has become known with it, if any.
    mutating func advance(
        batches: () -> EvaluationBatches, gates: (Units) -> [Tensor?], logits: (Tensor, [Tensor?]) -> Tensor
    ) -> (units: Units, error: Double)? {
        guard !isComplete else { return nil }
        let units = sets[errors.count]
        var (evaluation, gates) = current ?? (Evaluation(batches()), gates(units))
        // A second owner of the batches would make each of them a copy.
        current = nil
        guard let result = evaluation.advance(batches: 1, logits: { logits($0, gates) }) else {
            current = (evaluation, gates)
            return nil
        }
        errors.append(result.error)
        return (units, result.error)
    }

    /// The error of a set, percent; `nil` while it is not known.
    func error(of units: Units) -> Double? {
        sets.firstIndex(of: units).flatMap { $0 < errors.count ? errors[$0] : nil }
    }
}
