// SPDX-License-Identifier: Apache-2.0
// Commands from one process to another through the table `command`.
import EngineKit
import GRDB

/// The queue of commands in the database.
enum StoredCommands {
    /// Commands that may wait; a writer that does not take them for this long is stuck.
    static let maximumWaiting = 1000

    /// Adds a command for the process that works on the run.
    static func send(_ command: RunCommand, _ database: Database) throws {
        let waiting = try Int.fetchOne(database, sql: "SELECT count(*) FROM command WHERE takenAt IS NULL") ?? 0
        guard waiting < maximumWaiting else {
            throw StoreError(.inUse, "\(waiting) commands wait to be obeyed already. Look whether the run still works.")
        }
        try database.execute(
            sql: "INSERT INTO command (body, sentAt) VALUES (?, ?)", arguments: [jsonText(command), unixSeconds()])
    }

    /// Takes the waiting commands in their order, so that nobody takes them again.
    ///
    /// What is not a command is taken and dropped: anybody who can write the file can write there.
    static func take(_ database: Database) throws -> [RunCommand] {
        let rows = try Row.fetchAll(database, sql: "SELECT id, body FROM command WHERE takenAt IS NULL ORDER BY id")
        try discard(database)
        return rows.compactMap { row in
            guard let body: String = try? row.get("body") else { return nil }
            return try? value(RunCommand.self, json: body)
        }
    }

    /// Marks every waiting command as taken.
    static func discard(_ database: Database) throws {
        try database.execute(
            sql: "UPDATE command SET takenAt = ? WHERE takenAt IS NULL", arguments: [unixSeconds()])
    }
}
