// SPDX-License-Identifier: Apache-2.0
// What is known of the predictions of a run, by method, and of the batch statistics behind them.

import EngineKit

/// The predictions of one run.
struct UncertaintyData: Sendable {
    private(set) var statistics: [ObservedStatistics] = []
    private(set) var pictures: [PictureSet] = []

    mutating func take(_ block: PredictionBlock) {}

    mutating func take(_ statistics: ObservedStatistics) { self.statistics.append(statistics) }

    mutating func take(_ pictures: PictureSet) { self.pictures.append(pictures) }
}
