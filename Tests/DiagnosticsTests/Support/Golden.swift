// SPDX-License-Identifier: Apache-2.0
// Reads the tables that other programs wrote into Tests/Golden/diagnostics.

import Diagnostics
import Foundation

/// Rows of tab-separated cells; lines that begin with `#` are comments.
func goldenRows(_ name: String) throws -> [[String]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Golden/diagnostics")
    return try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
        .filter { !$0.hasPrefix("#") }.map { $0.split(separator: "\t").map(String.init) }
}

/// The draws of `draws.tsv` by name of the case.
func goldenDraws() throws -> [String: ChainDraws] {
    var chains: [String: [[Double]]] = [:]
    for row in try goldenRows("draws.tsv") {
        chains[row[0], default: []].append(row.dropFirst().compactMap(Double.init))
    }
    return chains.mapValues { ChainDraws($0) }
}

/// A quantity of the golden tables; `nil` for a name that is none.
func goldenDiagnosis(_ quantity: String, _ draws: ChainDraws?) -> Diagnosis? {
    draws.flatMap { goldenQuantities[quantity]?($0) }
}

/// The quantities by name: the table of diagnostics, and a few that are not in it.
private let goldenQuantities: [String: @Sendable (ChainDraws) -> Diagnosis] = {
    var quantities: [String: @Sendable (ChainDraws) -> Diagnosis] = [
        "rHatRaw": { potentialScaleReduction($0.matrix) },
        "essRaw": { effectiveSampleSize($0.matrix) },
        "essQ1": { quantileEffectiveSampleSize($0, 0.01) },
        "essQ10": { quantileEffectiveSampleSize($0, 0.1) },
        "essQ30": { quantileEffectiveSampleSize($0, 0.3) },
        "essQ100": { quantileEffectiveSampleSize($0, 1) },
        "mcseQ1": { quantileStandardError($0, 0.01) },
        "mcseQ10": { quantileStandardError($0, 0.1) },
        "mcseQ30": { quantileStandardError($0, 0.3) },
    ]
    for diagnostic in allDiagnostics { quantities[diagnostic.name] = diagnostic.diagnose }
    return quantities
}()

/// Autoregressive chains of normal numbers from a fixed seed, `x_t = coefficient x_(t-1) + noise`.
func autoregressiveChains(_ chains: Int, _ draws: Int, coefficient: Double, seed: UInt64 = 1) -> [[Double]] {
    var words = TestWords(seed: seed)
    return (0..<chains).map { _ in
        var state = words.normal() / (1 - coefficient * coefficient).squareRoot()
        return (0..<draws).map { _ in
            defer { state = coefficient * state + words.normal() }
            return state
        }
    }
}

/// A small generator for tests (splitmix64).
struct TestWords {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func word() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func uniform() -> Double { (Double(word() >> 11) + 0.5) * 0x1p-53 }

    mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }
}
