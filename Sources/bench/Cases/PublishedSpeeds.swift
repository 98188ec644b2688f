// SPDX-License-Identifier: Apache-2.0
// The CPU column of the published tables: networks of the published widths against dense ones, random weights.

import Nets
import StructuredPruning
import TensorCore

/// The speed of a published narrow network on this machine.
struct PublishedSpeed: Codable {
    /// Network and method.
    let name: String
    /// Milliseconds of a forward pass of the dense and of the narrow network, medians.
    let dense: Double
    let narrow: Double
    /// Dense over narrow, pair by pair.
    let ratio: Quartiles
    /// What the authors measured on theirs.
    let publishedRatio: Double
    /// Multiply-accumulates of the dense over those of the narrow network.
    let operationsRatio: Double

    /// Objects per forward pass.
    static let batch = 100
    /// Pairs of a round; who waits for five rounds has 25 of them.
    private static let pairsPerRound = 5

    /// Names of the cases, one per network, each with the rows of all methods.
    static var caseNames: [String] {
        var names: [String] = []
        for row in rows where !names.contains(name(row.network)) { names.append(name(row.network)) }
        return names
    }

    /// Measures the rows of selected networks, dense and narrow network in turn.
    static func measureAll(rounds: Int, selects: (String) -> Bool) -> [PublishedSpeed] {
        rows.filter { selects(name($0.network)) }.map { row in
            writeProgress("\(name(row.network)) \(row.method) …")
            defer { Compute.releaseUnusedMemory() }
            return measure(row, pairs: pairsPerRound * rounds)
        }
    }

    private static var rows: [PublishedWidths] { PublishedWidths.all.filter { $0.method != "Original" } }

    private static func name(_ network: PublishedWidths.Network) -> String { "table1 \(network)" }

    private static func measure(_ row: PublishedWidths, pairs: Int) -> PublishedSpeed {
        let (dense, narrow) = (row.network.architecture, row.narrow)
        func network(_ architecture: Architecture) -> FeedForwardNetwork {
            FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 1))
        }
        var comparison = LatencyComparison(
            dense: network(dense), compact: network(narrow), imageShape: dense.inputShape, batch: batch, pairs: pairs)
        let latency = comparison.finish()
        return PublishedSpeed(
            name: "\(row)", dense: latency.dense.median, narrow: latency.compact.median,
            ratio: Quartiles(
                first: latency.ratio.quartiles.lowerBound, median: latency.ratio.median,
                third: latency.ratio.quartiles.upperBound),
            publishedRatio: row.cpuRatio, operationsRatio: dense.forwardFlops / narrow.forwardFlops)
    }
}

extension PublishedSpeed {
    static let heading = [
        "published network", "dense ms", "narrow ms", "ratio", "quartiles", "published", "MACs ratio",
    ]

    var cells: [String] {
        func two(_ value: Double) -> String { Report.fixed(value) }
        return [
            name, Report.text(dense), Report.text(narrow), two(ratio.median), "\(two(ratio.first))-\(two(ratio.third))",
            two(publishedRatio), two(operationsRatio),
        ]
    }
}
