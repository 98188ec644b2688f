// SPDX-License-Identifier: Apache-2.0
// How much faster a compact network really is: both networks in one process, in turn.

import EngineKit
import Nets
import TensorCore

/// Times forward passes of two networks.
enum SpeedMeasurement {
    /// Dense over compact time.
    struct Ratio: Sendable, Equatable {
        /// Median over the pairs.
        var median: Double
        /// First and third quartile.
        var quartiles: ClosedRange<Double>
    }

    /// Runs both networks alternately, so that a drift of the machine's speed meets both, and compares pair by pair.
    ///
    /// - Parameters:
    ///   - imageShape: shape of one object.
    ///   - batch: objects per pass.
    ///   - pairs: pairs counted, after two that are not.
    static func compare(
        _ dense: FeedForwardNetwork, _ compact: FeedForwardNetwork, imageShape: [Int], batch: Int, pairs: Int = 15
    ) -> Ratio {
        withoutGradients {
            let images = Tensor.full(Shape([batch] + imageShape), 0.5)
            func seconds(_ network: FeedForwardNetwork, repetitions: Int) -> Double {
                let started = monotonicNanoseconds()
                // Reading the logits waits for the result; a lazy layout change would otherwise stay out of the time.
                for _ in 0..<repetitions { network(images, .prediction()).withScalars { _ in } }
                return Double(monotonicNanoseconds() - started)
            }
            for _ in 0..<2 { _ = seconds(dense, repetitions: 1) + seconds(compact, repetitions: 1) }
            // Long enough for the clock and short enough for a person: about 20 ms a measurement.
            let once = max(seconds(dense, repetitions: 1), 1)
            let repetitions = max(1, min(200, Int(20e6 / once)))
            var ratios = (0..<pairs).map { _ in
                seconds(dense, repetitions: repetitions) / seconds(compact, repetitions: repetitions)
            }
            ratios.sort()
            return Ratio(median: ratios[pairs / 2], quartiles: ratios[pairs / 4]...ratios[pairs - 1 - pairs / 4])
        }
    }
}
