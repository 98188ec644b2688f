// SPDX-License-Identifier: Apache-2.0
// What is measured once training is over: the errors of many cuts, the compact network, and its speed.

import EngineKit

/// What the compact network is, measured against the masked one.
struct CompactReport: Equatable {
    /// Test error of the compact network before any fine-tuning, percent.
    var testError: Double
    /// Largest difference of a masked and a compact logit over the first test batch.
    var maxAbsoluteDifference: Double
    /// The same, relative to the largest masked logit.
    var maxRelativeDifference: Double
}

/// The measurements at the end of a run, as far as they have got.
///
/// They are done a slice per step, because the run must stay answerable, and they are part of the checkpoint, so that a
/// finished run that is resumed has the same result at once.
struct Closing {
    /// The published script scans these thresholds on the signal-to-noise ratio: 0, 0.1, … 2.
    static let thresholds = (0...20).map { Double($0) / 10 }
    /// Objects per forward pass in measurements of speed: one at a time, and the batches of the papers.
    static let batches = [1, 100]

    /// The compact network's part.
    enum Compact: Equatable {
        /// Not measured yet.
        case pending
        /// A layer has lost all its units: there is no network to measure.
        case constant
        case measured(CompactReport)
    }

    /// What stays at each threshold.
    let scan: [(threshold: Double, cut: Cut)]
    /// What each rule keeps; a rule that has nothing to go by is left out.
    let cuts: [(rule: String, cut: Cut)]
    /// The test errors of both.
    var errors: CutErrors
    var compact = Compact.pending
    /// Times of the dense and the compact network, per size of batch.
    var latencies: [Latency] = []

    /// Starts with nothing measured.
    init(scan: [(threshold: Double, cut: Cut)], cuts: [(rule: String, cut: Cut)]) {
        (self.scan, self.cuts) = (scan, cuts)
        errors = CutErrors(scan.map(\.cut) + cuts.map(\.cut))
    }

    /// The size of batch whose speed is to be measured next.
    var nextBatch: Int? {
        guard case .measured = compact else { return nil }
        return Self.batches.first { batch in !latencies.contains { $0.batch == batch } }
    }

    /// The compact network's report, once there is one.
    var report: CompactReport? { if case .measured(let report) = compact { report } else { nil } }

    /// The times at a size of batch, once they are known.
    func latency(batch: Int) -> Latency? { latencies.first { $0.batch == batch } }
}

// MARK: - Checkpoint

extension Closing {
    private static let errorsKey = "closing.errors"
    private static let compactKey = "closing.compact"
    private static let latencyKey = "closing.latency"

    func save(_ checkpoint: inout Checkpoint) {
        checkpoint.put(Self.errorsKey, errors.errors)
        switch compact {
        case .pending: break
        case .constant: checkpoint.put(Self.compactKey, [Double]())
        case .measured(let report):
            checkpoint.put(
                Self.compactKey, [report.testError, report.maxAbsoluteDifference, report.maxRelativeDifference])
        }
        // Times are no part of the bits that a run repeats, so they stand beside the tensors.
        checkpoint.metadata[Self.latencyKey] = JSONValue.array(latencies.map { .object($0.json) }).text
    }

    /// Whether a checkpoint has a closing: whether training was over.
    static func isSaved(in checkpoint: Checkpoint) -> Bool { checkpoint[errorsKey] != nil }

    /// Takes over what was measured before.
    mutating func restore(_ checkpoint: Checkpoint) throws(EngineError) {
        errors = CutErrors(errors.cuts, known: try checkpoint.doubles(Self.errorsKey))
        if checkpoint[Self.compactKey] != nil {
            let values = try checkpoint.doubles(Self.compactKey)
            compact =
                values.count == 3
                ? .measured(
                    CompactReport(
                        testError: values[0], maxAbsoluteDifference: values[1], maxRelativeDifference: values[2]))
                : .constant
        }
        let saved = checkpoint.metadata[Self.latencyKey].flatMap { try? JSONValue(parsing: $0) }?.array ?? []
        latencies = saved.compactMap { $0.object.flatMap(Latency.init(json:)) }
    }
}
