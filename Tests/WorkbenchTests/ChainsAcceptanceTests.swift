// SPDX-License-Identifier: Apache-2.0
// The acceptance rate: level lines of fixed proposals behind the learned one, usual rates of tuned samplers.

import EngineKit
import Screen
import TestSupport
import Testing

@testable import Workbench

@Suite struct ChainsAcceptanceTests {
    private func model(keys: [String] = []) -> WorkbenchModel {
        FakeChainsRun.model(width: 100, hasBaselines: true, view: .acceptance, keys: keys)
    }

    private func acceptance(_ model: WorkbenchModel) throws -> LineChart {
        ChainAcceptance(ChainsContent(model, try #require(model.run))).chart
    }

    @Test func fixedProposalsAreLevelLinesAcrossTheAxisOfTheLearnedOne() throws {
        let chart = try acceptance(model())
        #expect(chart.lines.map(\.name) == ["training", "its bound", "sampling"])
        let levels = chart.references.filter { $0.direction == .horizontal }
        #expect(levels.map { String($0.label.dropLast(2)) } == ["laplace 0.3", "moments 0.2"])
        // The axis ends with the learned sampler, 20 blocks after its burn-in.
        let end = try #require(chart.visibleX?.upperBound)
        #expect(end == Double(FakeChainsRun.trainingSteps + 21))
        #expect(chart.bands.isEmpty)
        // A fixed proposal on show is emphasised, on the same chart.
        let shown = try acceptance(model(keys: ["s"]))
        #expect(shown.references.contains { $0.label.hasPrefix("laplace") && $0.role == .focus })
        // Before it has kept draws there is no level.
        #expect(try acceptance(FakeChainsRun.model(view: .acceptance)).references.allSatisfy { $0.label.isEmpty })
    }

    @Test(arguments: [("random-walk", 3, 0.15, 0.5), ("langevin", 4, 0.4, 0.8), ("hamiltonian", 5, 0.6, 0.9)])
    func movesFromTheStateHaveAUsualBand(name: String, presses: Int, low: Double, high: Double) throws {
        let model = model(keys: [String](repeating: "s", count: presses))
        let chart = try acceptance(model)
        #expect(chart.title == "acceptance of \(name)" && chart.lines.count == 1 && chart.references.isEmpty)
        let band = try #require(chart.bands.first)
        let steps = try #require(model.shownSampler?.acceptance.xRange)
        #expect(band.lower.xRange == steps && band.upper.xRange == steps && chart.visibleX == steps)
        expectClose(Double(band.lower.y(at: 0)), low, absolute: 1e-6)
        expectClose(Double(band.upper.y(at: 1)), high, absolute: 1e-6)
        #expect(view(model, height: 24, width: 100).text().contains("usual from \(NumberText.fixed(low, decimals: 2))"))
    }
}
