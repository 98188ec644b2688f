// SPDX-License-Identifier: Apache-2.0
// A million points: all there, small on disk, and never all in the channel.
import EngineKit
import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct LongSeriesTests {
    @Test func millionPointsComeBackAndTakeFewBytes() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let count = 1_000_000
        let names = ["a", "b"]
        for step in 0..<count / 2 {
            let values = names.map { MetricValue($0, Double(step) / 3) }
            writer.record(.metrics(step: step, epoch: Double(step) / 1000, values: values), at: Double(step) / 500)
        }
        writer.close()
        let size = try FileManager.default.attributesOfItem(atPath: folder.path + "/run/run.sqlite")[.size] as? Int
        #expect(try #require(size) < 20 * count)
        let series = try RunReader(parent: folder.path, name: "run").series("b")
        #expect(series.count == count / 2)
        let wrong = series.indices.first { index in
            let point = series[index]
            return point.step != index || point.value != Double(index) / 3 || point.epoch != Double(index) / 1000
        }
        #expect(wrong == nil)
    }

    @Test func slowRunWritesFewChunks() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for step in 1...1000 {
            writer.record(.metrics(step: step, epoch: 0, values: [MetricValue("x", Double(step))]), at: 0)
            try writer.flush()
        }
        let chunks = try writer.write("") { try Int.fetchOne($0, sql: "SELECT count(*) FROM metricChunk") }
        #expect(chunks == 1 + 1000 / EventRecorder.fullRows)
        #expect(try RunReader(parent: folder.path, name: "run").series("x").map(\.step) == Array(1...1000))
    }

    @Test func severalThreadsLoseNothing() async throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        await withTaskGroup { group in
            for thread in 0..<4 {
                group.addTask {
                    for step in 0..<5000 {
                        let value = MetricValue("thread\(thread)", Double(step))
                        writer.record(.metrics(step: step, epoch: 0, values: [value]), at: 0)
                    }
                }
            }
        }
        writer.close()
        let reader = try RunReader(parent: folder.path, name: "run")
        for thread in 0..<4 {
            #expect(try reader.series("thread\(thread)").map(\.step) == Array(0..<5000))
        }
    }
}
