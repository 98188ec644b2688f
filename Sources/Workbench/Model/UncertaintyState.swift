// SPDX-License-Identifier: Apache-2.0
// What the uncertainty screen remembers of its user: which method, how many draws, which chart.

import EngineKit

/// The uncertainty screen of one run.
struct UncertaintyState: Sendable, Equatable {
    /// What the chart shows.
    enum Chart: String, Sendable, CaseIterable {
        /// Distribution functions of the entropy, all methods, both domains.
        case distributions = "entropy CDF"
        /// Histograms of the entropy of the selected method, both domains.
        case density = "entropy density"
        /// Detection of the other domain by entropy.
        case detection = "ROC"
        /// Right answers over confidence.
        case reliability = "reliability"
        /// Batch statistics of a channel and the fit.
        case statistics = "batch statistics"
    }

    var chart = Chart.distributions
    /// The selected row of the table; `nil` chooses `virtual`, or the first random method.
    var row: Int?
    /// Draws that are averaged, as a place among the numbers of draws, counted back from all of them.
    var placesBelowAll = 0
    /// The entropy that the crosshair reads, nats.
    var crosshair: Double?
    /// The layer and channel of the batch statistics.
    var layer = 0
    var channel = 0
    /// The selected picture, `nil` while the strip is only looked at.
    var picture: Int?
}

extension WorkbenchModel {
    /// What the uncertainty screen remembers of the current run.
    var uncertaintyState: UncertaintyState {
        get { currentRun.flatMap { uncertaintyStates[$0] } ?? UncertaintyState() }
        set { if let currentRun { uncertaintyStates[currentRun] = newValue } }
    }
}

/// A run's predictions through the eyes of the screen's state.
struct UncertaintyView {
    let data: UncertaintyData
    let state: UncertaintyState

    init(_ data: UncertaintyData, _ state: UncertaintyState) {
        self.data = data
        self.state = state
    }

    /// The selected method's place in the table; `nil` without methods.
    var row: Int? {
        guard !data.methods.isEmpty else { return nil }
        if let row = state.row { return min(max(0, row), data.methods.count - 1) }
        return data.methods.firstIndex { $0.method == "virtual" } ?? data.methods.firstIndex(where: \.isRandom) ?? 0
    }

    /// The selected method.
    var method: PredictedMethod? { row.map { data.methods[$0] } }

    /// Which of a method's numbers of draws is looked at.
    func place(_ method: PredictedMethod) -> Int {
        max(0, method.drawCounts.count - 1 - max(0, state.placesBelowAll))
    }

    /// The scores of a method at the chosen number of draws; only complete methods have others than those of all draws.
    func scores(_ method: PredictedMethod) -> MethodScores {
        method.scores[method.isComplete ? place(method) : method.scores.count - 1]
    }

    /// The untouched network to compare a method with: the running statistics of as many members, or of one.
    func untouched(_ method: PredictedMethod) -> PredictedMethod? {
        let running = data.methods.filter { $0.method == "running" }
        return running.first { $0.members == method.members } ?? running.first
    }

    /// The largest number of draws of any method.
    var mostPlaces: Int { data.methods.map(\.drawCounts.count).max() ?? 1 }

    /// The layer whose statistics are looked at.
    var statistics: ObservedStatistics? {
        guard !data.statistics.isEmpty else { return nil }
        return data.statistics[min(max(0, state.layer), data.statistics.count - 1)]
    }

    /// The pictures of the selected method, else of any.
    var pictures: PictureSet? {
        data.pictures.last { $0.method == method?.method && $0.members == method?.members } ?? data.pictures.last
    }
}
