// SPDX-License-Identifier: Apache-2.0
// What is known of the predictions of a run, by method, and of the batch statistics behind them.

import EngineKit

/// The predictions of one run.
struct UncertaintyData: Sendable {
    /// Methods in the order in which their first predictions came.
    private(set) var methods: [PredictedMethod] = []
    private(set) var statistics: [ObservedStatistics] = []
    private(set) var pictures: [PictureSet] = []

    /// Objects of a domain beyond which a record is damage and no test set.
    static let mostObjects = 10_000_000

    var isEmpty: Bool { methods.isEmpty && statistics.isEmpty }

    /// Takes over predictions; those whose sizes do not fit each other are left out.
    mutating func take(_ block: PredictionBlock) {
        guard PredictedMethod.isSound(block) else { return }
        if let index = methods.firstIndex(where: { $0.method == block.method && $0.members == block.members }) {
            methods[index].take(block)
        } else {
            var method = PredictedMethod(block)
            method.take(block)
            methods.append(method)
        }
    }

    /// Takes over statistics of a layer, in place of older ones.
    mutating func take(_ statistics: ObservedStatistics) {
        let (channels, batches) = (statistics.channels, statistics.batches)
        guard channels > 0, batches > 0, batches <= Self.mostObjects, channels <= Self.mostObjects,
            statistics.mu.count == channels * batches, statistics.logSigma.count == channels * batches,
            statistics.fit.count == 4 * channels, statistics.pValues.count == 2 * channels
        else { return }
        if let index = self.statistics.firstIndex(where: { $0.layer == statistics.layer }) {
            self.statistics[index] = statistics
        } else {
            self.statistics.append(statistics)
        }
    }

    /// Takes over pictures, in place of older ones of the same method.
    mutating func take(_ pictures: PictureSet) {
        let count = pictures.certain.count + pictures.uncertain.count
        let sides = [pictures.height, pictures.width]
        guard sides.allSatisfy({ (1...4096).contains($0) }), [1, 3].contains(pictures.channels),
            (1...100_000).contains(pictures.classes),
            pictures.pixels.count == count * pictures.channels * pictures.height * pictures.width,
            pictures.probabilities.count == count * pictures.classes
        else { return }
        self.pictures.removeAll {
            $0.method == pictures.method && $0.members == pictures.members && $0.domain == pictures.domain
        }
        self.pictures.append(pictures)
    }

    /// Computes scores that new objects have made old; called once for many events.
    mutating func settle() {
        for index in methods.indices { methods[index].settle() }
    }
}
