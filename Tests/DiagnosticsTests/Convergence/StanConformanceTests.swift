// SPDX-License-Identifier: Apache-2.0
// The conformance set of the Stan world, where it is at hand: two CmdStan chains of 48 quantities, and what posterior
// says of them.

import Diagnostics
import Foundation
import TestSupport
import Testing

/// The folder with `blocker.1.csv`, `blocker.2.csv` and `reference_posterior.csv` of ArviZ's tests (branch v0.x,
/// `arviz/tests/saved_models/ stan_diagnostics`), or `nil`.
private let conformanceFolder: URL? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let data =
        ProcessInfo.processInfo.environment["ELBO_DATA"].map { URL(fileURLWithPath: $0) }
        ?? package.deletingLastPathComponent().appending(path: "shared/data")
    let folder = data.appending(path: "stan-diagnostics")
    return FileManager.default.fileExists(atPath: folder.appending(path: "blocker.1.csv").path) ? folder : nil
}()

@Suite("Stan conformance set") struct StanConformanceTests {
    static let quantities = [
        "rhat_rank": "rHat", "rhat_raw": "rHatRaw", "ess_bulk": "essBulk", "ess_tail": "essTail", "ess_mean": "essMean",
        "ess_sd": "essSd", "ess_median": "essMedian", "ess_raw": "essRaw", "ess_quantile01": "essQ1",
        "ess_quantile10": "essQ10", "ess_quantile30": "essQ30", "mcse_mean": "mcseMean", "mcse_sd": "mcseSd",
        "mcse_median": "mcseMedian", "mcse_quantile01": "mcseQ1", "mcse_quantile10": "mcseQ10",
        "mcse_quantile30": "mcseQ30",
    ]

    @Test(.enabled(if: conformanceFolder != nil, "no stan-diagnostics in ELBO_DATA"))
    func allColumnsOfAllQuantitiesComeOut() throws {
        let folder = try #require(conformanceFolder)
        let files = try DrawsFiles(reading: [1, 2].map { folder.appending(path: "blocker.\($0).csv").path })
        #expect(files.parameters.names.count == 48)
        #expect(files.parameters.chainCount == 2 && files.parameters.drawCount == 1000)
        #expect(files.statistics.names == ["lp__", "accept_stat__", "stepsize__", "treedepth__"])
        let table = try String(contentsOf: folder.appending(path: "reference_posterior.csv"), encoding: .utf8)
            .replacingOccurrences(of: "\"", with: "").split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        #expect(table.count == 49 && table[0].count == 18)
        for row in table.dropFirst() {
            let index = try #require(files.parameters.names.firstIndex(of: row[0]))
            let draws = files.parameters.quantity(index)
            for (column, text) in zip(table[0], row).dropFirst() {
                let quantity = try #require(Self.quantities[column])
                let diagnosis = try #require(goldenDiagnosis(quantity, draws))
                // The reference has 15 digits.
                expectClose(
                    diagnosis.value ?? .nan, try #require(Double(text)), relative: 1e-11, "\(row[0]) \(column)")
            }
        }
    }
}
