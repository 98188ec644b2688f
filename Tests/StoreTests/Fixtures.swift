// SPDX-License-Identifier: Apache-2.0
// What the tests of the store share: folders that vanish, headers, and every kind of event.
import EngineKit
import Foundation
import GRDB
import Testing

@testable import Store

/// A folder that is removed when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        let name = "elbo-store-\(UUID().uuidString)"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Names in the folder or in one below it, hidden ones included.
    func names(_ below: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/" + below).sorted()
    }
}

func header(_ name: String = "run", headlineMetric: String = "") -> RunHeader {
    RunHeader(
        name: name, engine: "sbp", title: "LeNet-5 on glyphs", seed: .max, threads: 2, sessionPath: "sessions/x.toml",
        versions: ["elbo": "1.0", "dnnl": "2.6.3"], createdAt: 1_700_000_000.25, headlineMetric: headlineMetric)
}

func create(in parent: String, _ name: String = "run", headlineMetric: String = "") throws -> RunWriter {
    try RunWriter.create(
        parent: parent, header: header(name, headlineMetric: headlineMetric), sessionText: "engine = \"sbp\"\n")
}

/// Bits of a checkpoint that depend on the step.
func state(_ step: Int) -> Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.metadata["stage"] = "prune"
    checkpoint.put("weight", (0..<1000).map { Float($0 * step) }, shape: [10, 100])
    checkpoint.put("counter", [UInt64(step), .max])
    return checkpoint
}

/// The events of one step of a pretend engine; those of a whole run are these in order.
func events(ofStep step: Int) -> [RunEvent] {
    let loss = 1 / Double(step)
    var events: [RunEvent] = [
        .metrics(
            step: step, epoch: Double(step) / 10,
            values: [MetricValue("train/loss", loss), MetricValue("train/rate", 0.001)])
    ]
    if step % 5 == 0 {
        events.append(.metrics(step: step, epoch: Double(step) / 10, values: [MetricValue("test/error", 100 * loss)]))
        events.append(.layers(LayerSnapshot(step: step, epoch: Double(step) / 10, layers: [layer(step)])))
    }
    if step % 7 == 0 { events.append(.message(step: step, level: .warning, text: "seven times \(step / 7)")) }
    return events
}

func layer(_ step: Int) -> LayerState {
    LayerState(
        name: "conv1", signalToNoise: [Double(step), .infinity, 0.5], mu: [-1, 0, 1], logSigma: [-5, -4.5, -4],
        kullbackLeibler: 12.5)
}

let graph = CostGraph(
    groups: [
        UnitGroup(name: "conv1", units: 3), UnitGroup(name: "flat", units: 6, parent: .init(group: 0, block: 2)),
    ],
    edges: [
        CostEdge(
            name: "conv1", input: .fixed(1), output: .group(0, multiplicity: 1), macsPerPair: 900, weightsPerPair: 25),
        CostEdge(
            name: "dense", input: .group(1, multiplicity: 1), output: .fixed(10), macsPerPair: 1, weightsPerPair: 1),
    ])

/// All events of a run as somebody sees them who opens it now.
func storedEvents(in parent: String, _ name: String = "run") throws -> [RunEvent] {
    try RunReader(parent: parent, name: name).update().events
}

/// Does to a database what elbo never would.
func execute(_ sql: String, _ path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
}

/// Expects an error with this code whose text is a sentence that holds all the words.
func expectFailure(
    _ code: StoreError.Code, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown, expected \(code)", sourceLocation: sourceLocation)
    } catch let error as StoreError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        #expect(error.description.hasSuffix("."), "\(error)", sourceLocation: sourceLocation)
        for word in words { #expect(error.description.contains(word), "\(error)", sourceLocation: sourceLocation) }
    } catch {
        Issue.record("\(error) was thrown, expected a StoreError", sourceLocation: sourceLocation)
    }
}
