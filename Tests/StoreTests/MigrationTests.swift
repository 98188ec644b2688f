// SPDX-License-Identifier: Apache-2.0
// Old runs stay readable: schemas of released versions are kept here as they were, and upgraded.
import EngineKit
import GRDB
import Testing

@testable import Store

@Suite struct MigrationTests {
    /// A migration that does not exist yet, to exercise the upgrade of today's runs.
    static let future =
        schemaMigrations + [
            SchemaMigration(
                identifier: "2099-01-01 note", sql: "ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
        ]

    @Test(arguments: [true, false]) func upgradeKeepsEverything(byReader: Bool) throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try CrashTests.work(writer, from: 0, to: 20)
        writer.close()
        let before = try storedEvents(in: folder.path)
        let path = folder.path + "/run/run.sqlite"
        let queue =
            byReader
            ? try RunDatabase.openForReading(path, migrations: Self.future)
            : try RunDatabase.open(path, migrations: Self.future)
        #expect(try queue.read { try String.fetchOne($0, sql: "SELECT note FROM run") } == "none")
        #expect(try queue.read { try StoredEvents.fetch(from: 0, $0) } == before)
        try queue.close()
        expectFailure(.newerVersion) { _ = try RunReader(parent: folder.path, name: "run") }
        try RunDatabase.open(path, migrations: Self.future).close()
    }

    /// A run of the first version, whose layers have no evidence gains, is read and then written on.
    @Test func layersOfTheFirstVersionHaveNoEvidenceGains() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for event in events(ofStep: 5) { writer.record(event, at: 0) }
        writer.close()
        let path = folder.path + "/run/run.sqlite"
        // Back to the first version: without the column, and without the note that it was added.
        try execute("ALTER TABLE layerState DROP COLUMN evidenceGain", path)
        try execute("DELETE FROM grdb_migrations WHERE identifier = '\(addEvidenceGain20261125.identifier)'", path)
        #expect(throws: DatabaseError.self) { try execute("SELECT evidenceGain FROM layerState", path) }

        var expected = events(ofStep: 5)
        #expect(try storedEvents(in: folder.path) == expected)
        let next = LayerState(
            name: "conv1", signalToNoise: [1, 2], mu: [0, 0], logSigma: [0, 0], kullbackLeibler: 1,
            evidenceGain: [-3, .infinity])
        expected.append(.layers(LayerSnapshot(step: 6, epoch: 1, layers: [next])))
        let again = try RunWriter.open(parent: folder.path, name: "run")
        again.record(expected.last!, at: 0)
        again.close()
        #expect(try storedEvents(in: folder.path) == expected)
    }

    /// Today's first version, written down once: fails when somebody edits a released migration.
    @Test func firstVersionIsTheReleasedOne() throws {
        let queue = try DatabaseQueue()
        try queue.write { try $0.execute(sql: createRun20261123.sql) }
        let columns = try queue.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT m.name || ': ' || group_concat(p.name || ' ' || lower(p.type), ', ')
                    FROM sqlite_master m, pragma_table_info(m.name) p
                    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' GROUP BY m.name ORDER BY m.name
                    """)
        }
        #expect(columns == Self.firstVersion)
        #expect(schemaMigrations.first?.identifier == "2026-11-23 create run")
    }

    static let firstVersion = [
        "checkpointRecord: id integer, step integer, sequence integer, byteCount integer, checksum integer, "
            + "isBest integer, savedAt real",
        "command: id integer, body text, sentAt real, takenAt real",
        "evaluation: sequence integer, step integer, seconds real, requestIdentifier integer, thresholds blob, "
            + "testError real",
        "event: sequence integer, step integer, seconds real, kind text, body text",
        "layerSnapshot: sequence integer, step integer, epoch real, seconds real",
        "layerState: snapshot integer, position integer, name text, signalToNoise blob, mu blob, logSigma blob, "
            + "kullbackLeibler real",
        "metricChunk: id integer, metricGroup integer, firstSequence integer, lastSequence integer, "
            + "firstStep integer, lastStep integer, firstSeconds real, rowCount integer, rows blob",
        "metricGroup: id integer, names text",
        "run: id integer, name text, engine text, title text, seed text, threads integer, sessionPath text, "
            + "sessionText text, versions text, headlineMetric text, createdAt real",
        "runStatus: id integer, state text, reason text, step integer, totalSteps integer, epoch real, stage text, "
            + "nextSequence integer, truncations integer, processIdentifier integer, machine text, heartbeat real, "
            + "summary text",
    ]

    /// The layout of a row of metrics as bytes, which old files have and no migration changes.
    @Test func layoutOfAChunkIsTheReleasedOne() {
        var chunk = MetricChunk(MetricRow(sequence: 10, step: 20, epoch: 1, seconds: 2, values: [-2]))
        chunk.add(MetricRow(sequence: 11, step: 276, epoch: 0.5, seconds: 2.5, values: [.infinity]))
        let hexadecimal = chunk.bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        #expect(
            hexadecimal == "0000000000000000000000000000f03f0000000000000000000000c0"
                + "0100000000010000000000000000e03f0000003f000000000000f07f")
    }

    @Test(arguments: [
        "INSERT INTO run SELECT 2, name, engine, title, seed, threads, sessionPath, sessionText, versions, "
            + "headlineMetric, createdAt FROM run",
        "UPDATE runStatus SET state = 'asleep'", "UPDATE runStatus SET nextSequence = -1",
        "UPDATE run SET seed = '-1'", "UPDATE run SET threads = 'two'", "UPDATE metricChunk SET rowCount = 0",
        "UPDATE metricChunk SET rowCount = 5", "UPDATE metricChunk SET metricGroup = 99", "DELETE FROM run",
        "INSERT INTO layerState VALUES (99, 0, 'x', x'', x'', x'', 0, NULL)",
        "UPDATE layerState SET evidenceGain = x'00'",
        "INSERT INTO event VALUES (99, 0, 0, 'rumour', '{}')",
        "INSERT INTO checkpointRecord VALUES (1, 0, 0, 1, -1, 0, 0)",
    ])
    func schemaRefusesNonsense(sql: String) throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for event in events(ofStep: 5) { writer.record(event, at: 0) }
        writer.close()
        #expect(throws: DatabaseError.self) { try execute(sql, folder.path + "/run/run.sqlite") }
    }
}
