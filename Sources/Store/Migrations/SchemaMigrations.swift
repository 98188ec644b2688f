// SPDX-License-Identifier: Apache-2.0
// The versions of the schema. A migration that was released is never edited; changes are a new file and a row here.
import GRDB

/// Every migration, oldest first.
let schemaMigrations: [SchemaMigration] = [
    createRun20261123, addEvidenceGain20261125, addRecord20261125,
]

/// One step from a version of the schema to the next.
struct SchemaMigration: Sendable {
    /// Date and intent; stored in the database, never changed.
    var identifier: String
    /// The statements.
    var sql: String
}

extension DatabaseMigrator {
    /// The migrator of runs.
    init(_ migrations: [SchemaMigration]) {
        self.init()
        for migration in migrations {
            registerMigration(migration.identifier) { try $0.execute(sql: migration.sql) }
        }
    }
}
