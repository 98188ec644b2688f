// SPDX-License-Identifier: Apache-2.0
// Exact test errors of one network under several cuts.

import Datasets
import TensorCore
import Training

/// What a cut leaves of a network.
struct Cut: Hashable {
    /// The units that stay, one mask per gate.
    let units: [[Bool]]
    /// Per gate the threshold of the single weights between these units; `nil` where no weight has noise of its own.
    let weightThresholds: [Double]?
}

/// The test errors of a list of cuts, each evaluated once, a batch at a time.
struct CutErrors {
    /// Logits `[N, K]` of images `[N, C, H, W]`.
    typealias Predictor = (Tensor) -> Tensor

    /// The cuts without repetitions, in the order in which they are evaluated.
    let cuts: [Cut]
    /// Test errors of the first cuts, percent.
    private(set) var errors: [Double]
    private var current: (evaluation: Evaluation, predictor: Predictor)?

    /// Prepares the evaluation.
    ///
    /// - Parameter known: errors of the first cuts from an earlier process; those beyond the number of cuts are left out.
    init(_ cuts: [Cut], known: [Double] = []) {
        var seen = Set<Cut>()
        self.cuts = cuts.filter { seen.insert($0).inserted }
        errors = Array(known.prefix(self.cuts.count))
    }

    /// Whether all errors are known.
    var isComplete: Bool { errors.count == cuts.count }

    /// Evaluates one more batch.
    ///
    /// - Parameters:
    ///   - batches: the test set from its beginning.
    ///   - predictor: the network as a cut leaves it.
    /// - Returns: the cut whose error has become known with it, if any.
    mutating func advance(
        batches: () -> EvaluationBatches, predictor: (Cut) -> Predictor
    ) -> (cut: Cut, error: Double)? {
        guard !isComplete else { return nil }
        let cut = cuts[errors.count]
        var (evaluation, predictor) = current ?? (Evaluation(batches()), predictor(cut))
        // A second owner of the batches would make each of them a copy.
        current = nil
        guard let result = evaluation.advance(batches: 1, logits: predictor) else {
            current = (evaluation, predictor)
            return nil
        }
        errors.append(result.error)
        return (cut, result.error)
    }

    /// The error of a cut, percent; `nil` while it is not known.
    func error(of cut: Cut) -> Double? {
        cuts.firstIndex(of: cut).flatMap { $0 < errors.count ? errors[$0] : nil }
    }
}
