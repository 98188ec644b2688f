// SPDX-License-Identifier: Apache-2.0
// The two single rows of a run: its header, written once, and its status, written with every batch.
import EngineKit
import GRDB

/// What a run is doing, as its writer last said.
struct StoredStatus {
    var state: RunState
    var reason: String?
    var progress: EngineKit.Progress?
    var nextSequence: Int64
    var truncations: Int
    var machine: String
    var heartbeat: Double
    var summary: String?

    init(_ database: Database) throws {
        let row = try onlyRow("runStatus", database)
        let state: String = try row.get("state")
        guard let state = RunState(rawValue: state) else {
            throw DamagedRow("the run has the unknown state '\(state.printable())'")
        }
        self.state = state
        reason = try row.get("reason")
        if let step: Int = try row.get("step") {
            progress = try EngineKit.Progress(
                step: step, totalSteps: row.get("totalSteps"), epoch: row.number("epoch"),
                stage: row.get("stage") ?? "")
        }
        nextSequence = try row.get("nextSequence")
        truncations = try row.get("truncations")
        machine = try row.get("machine")
        heartbeat = try row.get("heartbeat")
        summary = try row.get("summary")
    }

    /// The state as somebody who looks on should see it: an active run without a living writer is interrupted.
    ///
    /// - Parameters:
    ///   - lockWasHeld: whether the lock was held before these rows were read; a writer that ended since then has
    ///     ended, and not died.
    ///   - folder: where to look at the lock once more; a writer that just began holds it by now.
    func seen(lockWasHeld: Bool?, _ folder: RunFolder) -> (state: RunState, reason: String?) {
        guard state.isActive else { return (state, reason) }
        let lockIsHeld = lockWasHeld == true ? true : RunLock.isHeld(path: folder.lock)
        let age = unixSeconds() - heartbeat
        let isAlive: Bool
        switch lockIsHeld {
        case true?: isAlive = true
        case false? where machine == machineIdentifier: isAlive = false
        // The lock of another machine may be invisible here; then the sign of life decides.
        default: isAlive = age < RunWriter.heartbeatLimit
        }
        return isAlive ? (state, reason) : (.interrupted, "its process is gone")
    }
}

extension RunHeader {
    /// Reads the header and the session text of a run.
    static func fetch(name: String, _ database: Database) throws -> (header: RunHeader, sessionText: String) {
        let row = try onlyRow("run", database)
        let seed: String = try row.get("seed")
        guard let seed = UInt64(seed) else {
            throw DamagedRow("the seed '\(seed.printable())' is no number")
        }
        // The folder may have been renamed or copied since; its name is how the run is called now.
        let header = try RunHeader(
            name: name, engine: row.get("engine"), title: row.get("title"), seed: seed, threads: row.get("threads"),
            sessionPath: row.get("sessionPath"), versions: value(json: row.get("versions")),
            createdAt: row.get("createdAt"), headlineMetric: row.get("headlineMetric"))
        return (header, try row.get("sessionText"))
    }

    /// Writes the two rows of a new run.
    func insert(sessionText: String, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO run (id, name, engine, title, seed, threads, sessionPath, sessionText, versions,
                  headlineMetric, createdAt)
                VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                name, columnText(engine), columnText(title), String(seed), threads, columnText(sessionPath),
                columnText(sessionText), jsonText(versions), columnText(headlineMetric), columnSeconds(createdAt),
            ])
        try database.execute(
            sql: """
                INSERT INTO runStatus (id, state, nextSequence, truncations, machine, heartbeat)
                VALUES (1, 'starting', 0, 0, ?, ?)
                """, arguments: [machineIdentifier, unixSeconds()])
    }
}

private func onlyRow(_ table: String, _ database: Database) throws -> Row {
    guard let row = try Row.fetchOne(database, sql: "SELECT * FROM \(table) WHERE id = 1") else {
        throw DamagedRow("the table '\(table)' is empty")
    }
    return row
}
