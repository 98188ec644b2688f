// SPDX-License-Identifier: Apache-2.0
// Opens the database of a run: is it one of ours, is its version known, and with which settings is it read.
import EngineKit
import GRDB

/// Opening run databases.
enum RunDatabase {
    /// "elbo" in ASCII, in the header of the file; `file` and other tools can tell a run by it.
    static let applicationIdentifier: Int32 = 0x656C_626F

    /// Creates the database of a new run with the newest schema.
    static func create(_ path: String) throws(StoreError) -> DatabaseQueue {
        try explained("Cannot create the database", path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration(journal: .wal))
            try queue.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
            }
            try DatabaseMigrator(schemaMigrations).migrate(queue)
            return queue
        }
    }

    /// Opens the database of a run for its writer, upgrading an older schema.
    static func open(
        _ path: String, migrations: [SchemaMigration] = schemaMigrations
    ) throws(StoreError) -> DatabaseQueue {
        try explained("Cannot open the database", path) {
            // Without changing the journal first: a file that is not ours must stay as it is.
            _ = try check(DatabaseQueue(path: path, configuration: configuration()), path, migrations)
            let queue = try DatabaseQueue(path: path, configuration: configuration(journal: .wal))
            try DatabaseMigrator(migrations).migrate(queue)
            return queue
        }
    }

    /// Opens the database of a run for somebody who looks on.
    ///
    /// A run of an older elbo is upgraded first, which needs the right to write.
    static func openForReading(
        _ path: String, migrations: [SchemaMigration] = schemaMigrations
    ) throws(StoreError) -> DatabaseQueue {
        try explained("Cannot open the database", path) {
            var readOnly = configuration()
            readOnly.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: readOnly)
            if try check(queue, path, migrations) { return queue }
            try DatabaseMigrator(migrations).migrate(openForCommands(path))
            return try DatabaseQueue(path: path, configuration: readOnly)
        }
    }

    /// Opens the database for a short write into a table that is made for others, such as `command`.
    static func openForCommands(_ path: String) throws(StoreError) -> DatabaseQueue {
        try explained("Cannot write to the database", path) {
            try DatabaseQueue(path: path, configuration: configuration())
        }
    }

    /// Refuses what is not a run of this elbo.
    ///
    /// - Returns: whether the schema is the newest.
    private static func check(
        _ queue: DatabaseQueue, _ path: String, _ migrations: [SchemaMigration]
    ) throws -> Bool {
        try queue.read { database in
            let identifier = try Int32.fetchOne(database, sql: "PRAGMA application_id")
            guard identifier == applicationIdentifier else {
                throw StoreError(
                    .foreign,
                    "'\(path.printable())' is the database of another program, not a run of elbo. "
                        + "Move it away, or choose another folder for runs.")
            }
            let migrator = DatabaseMigrator(migrations)
            if try migrator.hasBeenSuperseded(database) {
                throw StoreError(
                    .newerVersion,
                    "'\(path.printable())' was written by a newer elbo than this one. Use that elbo, or a newer one.")
            }
            return try migrator.hasCompletedMigrations(database)
        }
    }

    private static func configuration(journal: Configuration.JournalModeConfiguration = .default) -> Configuration {
        var configuration = Configuration()
        configuration.journalMode = journal
        // Every writer's transaction is short; only a stopped or foreign process holds the lock for this long.
        configuration.busyMode = .timeout(10)
        configuration.label = "elbo.store"
        configuration.prepareDatabase { database in
            // A database may come from anywhere: no functions from its schema, and damage is found early.
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
            if !database.configuration.readonly {
                // In WAL mode a commit survives the death of the process without fsync; checkpoints ask for more.
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
            }
        }
        return configuration
    }
}
