// SPDX-License-Identifier: Apache-2.0
// Reads the event stream of a run back in its order.
import EngineKit
import GRDB

/// An event with its place in the stream.
typealias StoredEvent = (sequence: Int64, event: RunEvent)

/// Queries over the rows that `EventRecorder` writes.
enum StoredEvents {
    /// All events from a place in the stream on, in order.
    static func fetch(from sequence: Int64, _ database: Database) throws -> [RunEvent] {
        var found = try metrics(from: sequence, database)
        found += try layers(from: sequence, database)
        found += try evaluations(from: sequence, database)
        found += try StoredRecords.fetch(from: sequence, database)
        found += try others(from: sequence, database)
        // The lists are sorted but for interleaved chunks, which Swift's sort merges in few passes.
        found.sort { $0.sequence < $1.sequence }
        return found.map(\.event)
    }

    /// The names in each group of metrics, by the group's identifier.
    static func groups(_ database: Database) throws -> [Int64: [String]] {
        var groups: [Int64: [String]] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT id, names FROM metricGroup") {
            groups[try row.get("id")] = try value(json: row.get("names"))
        }
        return groups
    }

    private static func metrics(from sequence: Int64, _ database: Database) throws -> [StoredEvent] {
        let groups = try groups(database)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT metricGroup, \(MetricChunk.columns) FROM metricChunk WHERE lastSequence >= ?
                ORDER BY metricGroup, firstSequence
                """, arguments: [sequence])
        var found: [StoredEvent] = []
        while let row = try rows.next() {
            let names = groups[try row.get("metricGroup")] ?? []
            let chunk = try MetricChunk(row, width: names.count)
            for index in 0..<chunk.count where chunk.sequence(index) >= sequence {
                let values = names.indices.map { MetricValue(names[$0], chunk.value(index, column: $0)) }
                found.append(
                    (
                        chunk.sequence(index),
                        .metrics(step: chunk.step(index), epoch: chunk.epoch(index), values: values)
                    ))
            }
        }
        return found
    }

    private static func layers(from sequence: Int64, _ database: Database) throws -> [StoredEvent] {
        let states = try database.cachedStatement(
            sql: """
                SELECT name, signalToNoise, mu, logSigma, kullbackLeibler, evidenceGain FROM layerState
                WHERE snapshot = ? ORDER BY position
                """)
        return try Row.fetchAll(
            database, sql: "SELECT sequence, step, epoch FROM layerSnapshot WHERE sequence >= ? ORDER BY sequence",
            arguments: [sequence]
        ).map { row in
            let identifier: Int64 = try row.get("sequence")
            let layers = try Row.fetchAll(states, arguments: [identifier]).map { row in
                try LayerState(
                    name: row.get("name"), signalToNoise: numbers(row.get("signalToNoise")), mu: numbers(row.get("mu")),
                    logSigma: numbers(row.get("logSigma")), kullbackLeibler: row.number("kullbackLeibler"),
                    evidenceGain: row.optionalNumbers("evidenceGain"))
            }
            let snapshot = try LayerSnapshot(step: row.get("step"), epoch: row.number("epoch"), layers: layers)
            return (identifier, .layers(snapshot))
        }
    }

    private static func evaluations(from sequence: Int64, _ database: Database) throws -> [StoredEvent] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT sequence, step, requestIdentifier, thresholds, testError FROM evaluation
                WHERE sequence >= ? ORDER BY sequence
                """, arguments: [sequence]
        ).map { row in
            let evaluation = try ThresholdEvaluation(
                requestIdentifier: row.get("requestIdentifier"), step: row.get("step"),
                thresholds: numbers(row.get("thresholds")),
                testError: row.number("testError"))
            return (try row.get("sequence"), .evaluation(evaluation))
        }
    }

    private static func others(from sequence: Int64, _ database: Database) throws -> [StoredEvent] {
        try Row.fetchAll(
            database, sql: "SELECT sequence, step, kind, body FROM event WHERE sequence >= ? ORDER BY sequence",
            arguments: [sequence]
        ).map { row in
            let (sequence, step): (Int64, Int) = try (row.get("sequence"), row.get("step"))
            let (kind, body): (String, String) = try (row.get("kind"), row.get("body"))
            switch kind {
            case "costGraph": return (sequence, .costGraph(try value(json: body)))
            case "stage":
                let stage = try value(EventBody.Stage.self, json: body)
                return (sequence, .stage(step: step, name: stage.name, index: stage.index, count: stage.count))
            default:
                let message = try value(EventBody.Message.self, json: body)
                return (sequence, .message(step: step, level: message.level, text: message.text))
            }
        }
    }
}
