// SPDX-License-Identifier: Apache-2.0
// The result as a table for people and as JSON for programs.

import Foundation

/// Everything that one invocation measured.
struct Report: Codable {
    let threads: Int
    /// The machine's load average when the run began.
    let loadBefore: Double
    let oneDNN: String
    let hasPeer: Bool
    /// The matrix product's GFLOP/s.
    let peakGigaflops: Quartiles
    let rows: [Row]
    /// Noise layers, one draw per unit for the whole batch and one per object.
    let noise: [NoiseCost]
    /// Random batch statistics, virtual and real.
    let virtualBatches: [VirtualBatchCost]
    /// Chains with independent proposals.
    let proposals: [ProposalSpeed]
    /// Networks of the published tables.
    let published: [PublishedSpeed]

    /// One workload.
    struct Row: Codable {
        let name: String
        let objectsPerSecond: Quartiles
        let gigaflops: Double
        /// Above 1 where Winograd's algorithm saves multiplications that `gigaflops` counts.
        let shareOfPeak: Double
        let freshBuffersPerStep: Double
        let primitivesCreatedPerStep: Double
        let reordersPerStep: Double
        let peer: PeerResult?
        let ratio: Double?
        /// The ratio to the best reading of any configuration in any round.
        let conservativeRatio: Double?
        let ratioToReach: Double
    }

    /// The report as one JSON object.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        // Only infinities and NaN cannot be encoded, and rates of steps that took time are neither.
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}

extension Report.Row {
    /// Brings together what was measured of one workload.
    ///
    /// - Parameter peak: floating-point operations per second.
    init(_ workload: Workload, _ timer: StepTimer, _ peer: PeerResult?, peak: Double) {
        let rate = timer.seconds.rate(of: Double(workload.objects))
        let flopsPerSecond = rate.median * workload.flopsPerObject
        self.init(
            name: workload.name, objectsPerSecond: rate, gigaflops: flopsPerSecond * 1e-9,
            shareOfPeak: flopsPerSecond / peak, freshBuffersPerStep: timer.perStep(timer.freshBuffers),
            primitivesCreatedPerStep: timer.perStep(timer.primitivesCreated),
            reordersPerStep: timer.perStep(timer.reorders), peer: peer,
            ratio: peer.map { rate.median / $0.objectsPerSecond },
            conservativeRatio: peer.map { rate.median / $0.bestReading }, ratioToReach: workload.ratioToReach)
    }
}

extension Report {
    /// The report as lines of text.
    var table: String {
        var lines = [
            "\(threads) threads, oneDNN \(oneDNN), single precision; medians over rounds with the quartiles of steps.",
            "Peak: matrix product of side \(Peak.side), \(Self.text(peakGigaflops.median)) GFLOP/s"
                + " (\(Self.text(peakGigaflops.first)) to \(Self.text(peakGigaflops.third))).",
            peerLine,
        ]
        if loadBefore > 0.5 {
            lines.append(
                "Load average \(Self.text(loadBefore)) before the run: others were computing too. Threads that wait for each"
                    + " other suffer most; repeat on a quiet machine.")
        }
        if !rows.isEmpty { lines += [""] + Self.aligned([Self.heading] + rows.map(\.cells)) }
        for cost in noise { lines += [""] + cost.lines }
        for cost in virtualBatches { lines += [""] + cost.lines }
        if !proposals.isEmpty { lines += [""] + proposals.map(\.line) }
        if !published.isEmpty {
            lines += [
                "",
                "Published widths with random weights, dense and narrow network in turn, batch \(PublishedSpeed.batch):",
            ]
            lines += Self.aligned([PublishedSpeed.heading] + published.map(\.cells), words: [0])
        }
        let allocating = rows.filter { $0.freshBuffersPerStep > 0 }.map(\.name)
        if !allocating.isEmpty {
            lines += ["", "Fresh buffers per step must be 0; not so in \(allocating.joined(separator: ", "))."]
        }
        return lines.joined(separator: "\n")
    }

    private var peerLine: String {
        guard hasPeer else { return "PyTorch: not compared; name a Python that has torch in ELBO_TORCH_PYTHON." }
        guard let version = rows.lazy.compactMap(\.peer).first?.version else { return "PyTorch: no results." }
        return "PyTorch \(version): the best of its configurations by median; ratio = elbo / PyTorch."
    }

    private static let heading = [
        "case", "objects/s", "quartiles", "GFLOP/s", "of peak", "fresh/step", "PyTorch", "configuration", "ratio",
        "to reach",
    ]

    /// Three significant digits, or all digits before the point.
    static func text(_ value: Double) -> String {
        let magnitude = abs(value)
        return String(format: magnitude >= 100 ? "%.0f" : magnitude >= 10 ? "%.1f" : "%.2f", value)
    }

    /// Two digits behind the point, as in the published tables.
    static func fixed(_ value: Double) -> String { String(format: "%.2f", value) }

    /// Columns of equal width: words to the left, numbers to the right.
    private static func aligned(_ rows: [[String]], words wordColumns: Set<Int> = [0, 7]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return wordColumns.contains(column) ? row[column] + padding : padding + row[column]
            }
            .joined(separator: "  ")
        }
    }
}

extension Report.Row {
    fileprivate var cells: [String] {
        [
            name, Report.text(objectsPerSecond.median),
            "\(Report.text(objectsPerSecond.first))-\(Report.text(objectsPerSecond.third))", Report.text(gigaflops),
            String(format: "%.0f %%", 100 * shareOfPeak),
            freshBuffersPerStep == 0 ? "0" : String(format: "%.3f", freshBuffersPerStep),
            peer.map { Report.text($0.objectsPerSecond) } ?? "-", peer?.configuration ?? "-",
            ratio.map { String(format: "%.2f", $0) } ?? "-", Report.text(ratioToReach),
        ]
    }
}
