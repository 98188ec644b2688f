// SPDX-License-Identifier: Apache-2.0
// Where an engine's events go: to the store, to the screen, and into the record of metrics.

import EngineKit
import Store

/// Passes events on; used by the worker thread alone.
///
/// `@unchecked Sendable`: an engine emits only on the worker thread, and nothing else touches the sink.
final class EventSink: @unchecked Sendable {
    private let writer: RunWriter
    private let feed: EventFeed
    private(set) var metrics: MetricRecord
    private(set) var stage: String?
    /// While a resumed engine is being built it announces again what the store already has.
    var isMuted = false

    init(writer: RunWriter, feed: EventFeed, metrics: MetricRecord) {
        self.writer = writer
        self.feed = feed
        self.metrics = metrics
    }

    func emit(_ event: RunEvent) {
        switch event {
        case .metrics(_, _, let values): for value in values where !isMuted { metrics.take(value) }
        case .stage(_, let name, _, _): stage = name
        default: break
        }
        guard !isMuted else { return }
        writer.record(event, at: wallClockSeconds())
        feed.publish(event)
    }

    func restoreMetrics(_ json: JSONObject) {
        metrics.restore(json)
    }
}
