// SPDX-License-Identifier: Apache-2.0
// Turns events into rows inside a transaction. Knows the tables; knows no threads and no files.
import EngineKit
import GRDB

/// What travels to the store thread.
enum StoreItem: Sendable {
    case event(RunEvent, seconds: Double)
    case state(RunState, reason: String?, progress: Progress?)

    /// What it counts in the channel: small events 1, records also 1 per 256 bytes of numbers.
    var weight: Int {
        if case .event(.record(let record), _) = self { 1 + record.weight / 64 } else { 1 }
    }
}

/// Writes the event stream of a run.
///
/// `@unchecked Sendable`: after `init` every stored variable is touched only inside writes of the one `DatabaseQueue`,
/// which are serial.
final class EventRecorder: @unchecked Sendable {
    /// A chunk that may still grow, and its row when it has one.
    private struct Tail {
        var row: Int64?
        var chunk: MetricChunk
        var isChanged: Bool
    }

    /// Rows from which on a stored chunk is left alone: rewriting it costs more than a new one.
    static let fullRows = 256

    private var nextSequence: Int64
    private var groups: [[String]: Int64] = [:]
    private var tails: [Int64: Tail] = [:]
    private var lastStep = 0
    private var lastCostGraph: String?
    private var lastStage: EventBody.Stage?

    /// Continues the stream of a database.
    init(_ database: Database) throws {
        nextSequence = try Int64.fetchOne(database, sql: "SELECT nextSequence FROM runStatus") ?? 0
        try refresh(database)
    }

    /// Writes a batch and the newest state and position in it.
    func write(_ items: [StoreItem], _ database: Database) throws {
        tails = tails.filter { $0.value.chunk.count < Self.fullRows }
        var progress: Progress?
        var state: (RunState, String?)?
        for item in items {
            switch item {
            case .event(.progress(let newest), _): progress = newest
            case .event(let event, let seconds): try write(event, columnSeconds(seconds), database)
            case .state(let newest, let reason, let position):
                state = (newest, reason)
                progress = position ?? progress
            }
        }
        for group in tails.keys.sorted() { try writeTail(of: group, database) }
        try database.execute(sql: "UPDATE runStatus SET nextSequence = ?", arguments: [nextSequence])
        if let progress {
            lastStep = progress.step
            try database.execute(
                sql: "UPDATE runStatus SET step = ?, totalSteps = ?, epoch = ?, stage = ?",
                arguments: [progress.step, progress.totalSteps, progress.epoch, columnText(progress.stage)])
        }
        if let (state, reason) = state {
            try database.execute(
                sql: "UPDATE runStatus SET state = ?, reason = ?",
                arguments: [state.rawValue, reason.map(columnText)])
        }
    }

    /// Where the next event will stand; what a checkpoint remembers.
    var position: Int64 { nextSequence }

    /// Forgets what was cached of the rows; needed after rows were removed.
    func refresh(_ database: Database) throws {
        tails = [:]
        groups = [:]
        for row in try Row.fetchAll(database, sql: "SELECT id, names FROM metricGroup") {
            groups[try value(json: row.get("names"))] = try row.get("id")
        }
        lastStep = try Int.fetchOne(database, sql: "SELECT step FROM runStatus") ?? 0
        let newest = "SELECT body FROM event WHERE kind = ? ORDER BY sequence DESC LIMIT 1"
        lastCostGraph = try String.fetchOne(database, sql: newest, arguments: ["costGraph"])
        lastStage = try String.fetchOne(database, sql: newest, arguments: ["stage"]).map { try value(json: $0) }
    }

    private func write(_ event: RunEvent, _ seconds: Double, _ database: Database) throws {
        switch event {
        case .metrics(let step, let epoch, let values):
            lastStep = step
            try add(
                MetricRow(
                    sequence: takeSequence(), step: step, epoch: epoch, seconds: seconds, values: values.map(\.value)),
                names: values.map(\.name), database)
        case .layers(let snapshot):
            lastStep = snapshot.step
            try write(snapshot, seconds, database)
        case .costGraph(let graph):
            // A resumed engine describes its network again.
            let body = try jsonText(graph)
            if body == lastCostGraph { return }
            lastCostGraph = body
            try writeEvent("costGraph", step: lastStep, seconds, body, database)
        case .stage(let step, let name, let index, let count):
            let stage = EventBody.Stage(name: name, index: index, count: count)
            if stage == lastStage { return }
            lastStage = stage
            lastStep = step
            try writeEvent("stage", step: step, seconds, jsonText(stage), database)
        case .message(let step, let level, let text):
            let body = try jsonText(EventBody.Message(level: level, text: text))
            try writeEvent("message", step: step, seconds, body, database)
        case .evaluation(let evaluation):
            try database.cachedStatement(
                sql: """
                    INSERT INTO evaluation (sequence, step, seconds, requestIdentifier, thresholds, testError)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                takeSequence(), evaluation.step, seconds, evaluation.requestIdentifier, blob(evaluation.thresholds),
                evaluation.testError,
            ])
        case .record(let record):
            lastStep = record.content.step
            try StoredRecords.insert(record, sequence: takeSequence(), seconds: seconds, database)
        case .progress: break
        }
    }

    private func writeEvent(
        _ kind: String, step: Int, _ seconds: Double, _ body: String, _ database: Database
    ) throws {
        try database.cachedStatement(
            sql: "INSERT INTO event (sequence, step, seconds, kind, body) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [takeSequence(), step, seconds, kind, body])
    }

    private func write(_ snapshot: LayerSnapshot, _ seconds: Double, _ database: Database) throws {
        let sequence = takeSequence()
        try database.cachedStatement(
            sql: "INSERT INTO layerSnapshot (sequence, step, epoch, seconds) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [sequence, snapshot.step, snapshot.epoch, seconds])
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO layerState
                (snapshot, position, name, signalToNoise, mu, logSigma, kullbackLeibler, evidenceGain)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (position, layer) in snapshot.layers.enumerated() {
            try statement.execute(arguments: [
                sequence, position, columnText(layer.name), blob(layer.signalToNoise), blob(layer.mu),
                blob(layer.logSigma), layer.kullbackLeibler, layer.evidenceGain.map { blob($0) },
            ])
        }
    }

    // MARK: Metrics

    private func add(_ row: MetricRow, names: [String], _ database: Database) throws {
        let group = try identifier(of: names, database)
        if tails[group]?.chunk.accepts(row) == true {
            tails[group]?.chunk.add(row)
            tails[group]?.isChanged = true
        } else {
            try writeTail(of: group, database)
            tails[group] = Tail(row: nil, chunk: MetricChunk(row), isChanged: true)
        }
    }

    private func writeTail(of group: Int64, _ database: Database) throws {
        guard let tail = tails[group], tail.isChanged else { return }
        tails[group]?.isChanged = false
        tails[group]?.row = try tail.chunk.store(group: group, row: tail.row, database)
    }

    private func identifier(of names: [String], _ database: Database) throws -> Int64 {
        if let identifier = groups[names] { return identifier }
        try database.execute(sql: "INSERT INTO metricGroup (names) VALUES (?)", arguments: [jsonText(names)])
        let identifier = database.lastInsertedRowID
        groups[names] = identifier
        return identifier
    }

    private func takeSequence() -> Int64 {
        defer { nextSequence += 1 }
        return nextSequence
    }
}
