// SPDX-License-Identifier: Apache-2.0
// Whole curves: one metric from the first to the last step, without making an event of every point.
import EngineKit
import GRDB

extension RunReader {
    /// Names of the metrics that have values, sorted.
    public var metricNames: [String] {
        get throws(StoreError) {
            let groups = try read { database in
                let used = try Set(Int64.fetchAll(database, sql: "SELECT DISTINCT metricGroup FROM metricChunk"))
                return try StoredEvents.groups(database).filter { used.contains($0.key) }
            }
            return Set(groups.values.joined()).sorted()
        }
    }

    /// All values of a metric in the order in which they were recorded; empty for an unknown name.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    /// - Complexity: linear in the stored values of the events that have the metric.
    public func series(_ metric: String) throws(StoreError) -> [(step: Int, epoch: Double, value: Double)] {
        try points(metric) { chunk, index, column in
            (step: chunk.step(index), epoch: chunk.epoch(index), value: chunk.value(index, column: column))
        }
    }

    /// When each point of `series` was recorded, in seconds since 1970; within a chunk to seven digits of its span.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    public func times(_ metric: String) throws(StoreError) -> [Double] {
        try points(metric) { chunk, index, _ in chunk.seconds(index) }
    }

    private func points<Point>(
        _ metric: String, _ point: (MetricChunk, Int, Int) -> Point
    ) throws(StoreError) -> [Point] {
        try read { database in
            let groups = try StoredEvents.groups(database).filter { $0.value.contains(metric) }
            var points: [Point] = []
            var sequences: [Int64] = []
            for (group, names) in groups {
                let columns = names.indices.filter { names[$0] == metric }
                try MetricChunk.forEach(of: group, width: names.count, database) { chunk in
                    for index in 0..<chunk.count {
                        for column in columns {
                            points.append(point(chunk, index, column))
                            if groups.count > 1 { sequences.append(chunk.sequence(index)) }
                        }
                    }
                }
            }
            if groups.count <= 1 { return points }
            // A metric that comes in several company: back into one order.
            return points.indices.sorted { (sequences[$0], $0) < (sequences[$1], $1) }.map { points[$0] }
        }
    }
}
