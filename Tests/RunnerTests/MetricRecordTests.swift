// SPDX-License-Identifier: Apache-2.0
// Newest and best values of metrics.

import EngineKit
import Testing

@testable import Runner

@Suite struct MetricRecordTests {
    private let definitions = [
        MetricDefinition(name: "test/error", unit: "%", direction: .lowerIsBetter, definition: ""),
        MetricDefinition(name: "speed", unit: "1/s", direction: .higherIsBetter, definition: ""),
        MetricDefinition(name: "kl", unit: "nats", direction: .neutral, definition: ""),
    ]

    @Test func bestFollowsTheDirectionAndNaNIsNeverBest() {
        var record = MetricRecord(definitions: definitions)
        for value in [3.0, 1.0, 2.0, .nan] {
            record.take(MetricValue("test/error", value))
            record.take(MetricValue("speed", value))
            record.take(MetricValue("kl", value))
        }
        #expect(record.json["test/error"]?.object?["best"]?.number == 1)
        #expect(record.json["speed"]?.object?["best"]?.number == 3)
        #expect(record.json["kl"]?.object?["best"] == nil)
        #expect(record.json["test/error"]?.object?["last"]?.number?.isNaN == true)
    }

    @Test func survivesARestart() {
        var record = MetricRecord(definitions: definitions)
        record.take(MetricValue("test/error", 4))
        record.take(MetricValue("test/error", 5))
        var second = MetricRecord(definitions: definitions)
        second.restore(record.json)
        #expect(second.json == record.json)
    }
}
