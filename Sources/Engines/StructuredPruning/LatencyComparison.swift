// SPDX-License-Identifier: Apache-2.0
// How much faster a compact network really is: both networks in one process, in turn.

import EngineKit
package import Nets
import TensorCore

/// Times forward passes of two networks, pair by pair, so that whatever the machine does meets both.
package struct LatencyComparison {
    /// Pairs that are counted, unless said otherwise.
    package static let usualPairs = 15
    /// Pairs in front of them that are not: memory is taken, primitives are made.
    private static let warmUpPairs = 2
    /// Long enough for the clock and short enough for a person: nanoseconds that one measurement should last.
    private static let measurementNanoseconds = 20e6

    private let dense: FeedForwardNetwork
    private let compact: FeedForwardNetwork
    private let images: Tensor
    private let pairs: Int
    private var passes = 1
    private var done = 0
    private var times: [(dense: Double, compact: Double)] = []

    /// Prepares a comparison.
    ///
    /// - Parameters:
    ///   - imageShape: shape of one object.
    ///   - batch: objects per pass.
    ///   - pairs: pairs counted.
    package init(
        dense: FeedForwardNetwork, compact: FeedForwardNetwork, imageShape: [Int], batch: Int, pairs: Int = usualPairs
    ) {
        (self.dense, self.compact, self.pairs) = (dense, compact, pairs)
        images = Tensor.full(Shape([batch] + imageShape), 0.5)
    }

    /// Measures one more pair.
    ///
    /// - Returns: the result once all pairs are done, else `nil`.
    package mutating func advance() -> Latency? {
        let isWarmingUp = done < Self.warmUpPairs
        // Who comes second finds the other's data in the caches; each network is second in half of the pairs.
        let denseIsFirst = done % 2 == 0
        let first = milliseconds(denseIsFirst ? dense : compact)
        let second = milliseconds(denseIsFirst ? compact : dense)
        let pair = denseIsFirst ? (dense: first, compact: second) : (dense: second, compact: first)
        done += 1
        if isWarmingUp {
            passes = max(1, min(200, Int(Self.measurementNanoseconds * 1e-6 / max(pair.dense, 1e-6))))
            return nil
        }
        times.append(pair)
        guard times.count >= pairs else { return nil }
        return Latency(
            batch: images.shape[0], pairs: times.count, dense: .init(times.map(\.dense)),
            compact: .init(times.map(\.compact)), ratio: .init(times.map { $0.dense / $0.compact }))
    }

    /// Measures all pairs.
    package mutating func finish() -> Latency {
        while true {
            if let latency = advance() { return latency }
        }
    }

    private func milliseconds(_ network: FeedForwardNetwork) -> Double {
        withoutGradients {
            let started = monotonicNanoseconds()
            // Reading the logits waits for the result; a lazy layout change would otherwise stay out of the time.
            for _ in 0..<passes { network(images, .prediction()).withScalars { _ in } }
            return Double(monotonicNanoseconds() - started) * 1e-6 / Double(passes)
        }
    }
}
