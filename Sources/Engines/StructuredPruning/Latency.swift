// SPDX-License-Identifier: Apache-2.0
// Times of a forward pass of two networks, as a value and as JSON.

import EngineKit

/// The time of a forward pass of two networks, and how they compare.
package struct Latency: Sendable, Equatable {
    /// A median with the quartiles around it.
    package struct Spread: Sendable, Equatable {
        /// Median.
        package var median: Double
        /// First and third quartile.
        package var quartiles: ClosedRange<Double>

        /// Of measured values, without interpolation.
        /// - Precondition: at least one value.
        init(_ values: [Double]) {
            let sorted = values.sorted()
            let quarter = sorted.count / 4
            median = sorted[sorted.count / 2]
            quartiles = sorted[quarter]...sorted[sorted.count - 1 - quarter]
        }
    }

    /// Objects per forward pass.
    package var batch: Int
    /// Measured pairs.
    package var pairs: Int
    /// Milliseconds of a pass of the dense network.
    package var dense: Spread
    /// Milliseconds of a pass of the compact network.
    package var compact: Spread
    /// Dense over compact time, pair by pair.
    package var ratio: Spread
}

extension Latency {
    /// The entry of the list `latency` in a result.
    var json: JSONObject {
        var object = JSONObject()
        object["batch"] = .integer(batch)
        object["pairs"] = .integer(pairs)
        for (name, spread) in [("denseMilliseconds", dense), ("compactMilliseconds", compact), ("ratio", ratio)] {
            object[name] = .real(spread.median)
            object["\(name)Quartiles"] = spread.json
        }
        return object
    }

    /// Reads an entry; `nil` when something is missing or no number.
    init?(json object: JSONObject) {
        func spread(_ name: String) -> Spread? {
            let quartiles = object["\(name)Quartiles"]?.array?.compactMap(\.number) ?? []
            guard let median = object[name]?.number, quartiles.count == 2, quartiles[0] <= quartiles[1] else {
                return nil
            }
            return Spread(median: median, quartiles: quartiles[0]...quartiles[1])
        }
        guard let batch = object["batch"]?.wholeNumber, let pairs = object["pairs"]?.wholeNumber,
            let dense = spread("denseMilliseconds"), let compact = spread("compactMilliseconds"),
            let ratio = spread("ratio")
        else { return nil }
        self.init(batch: batch, pairs: pairs, dense: dense, compact: compact, ratio: ratio)
    }
}

extension Latency.Spread {
    /// Both quartiles as a list.
    var json: JSONValue { .array([.real(quartiles.lowerBound), .real(quartiles.upperBound)]) }

    fileprivate init(median: Double, quartiles: ClosedRange<Double>) {
        (self.median, self.quartiles) = (median, quartiles)
    }
}
