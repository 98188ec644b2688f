// SPDX-License-Identifier: Apache-2.0
// Full disks, missing rights, foreign and damaged databases: one clear error each, never a crash.
import EngineKit
import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct DamagedRunTests {
    @Test func fileThatIsNoDatabaseIsForeign() throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path).close()
        let path = folder.path + "/run/run.sqlite"
        let text = Data(String(repeating: "not a database ", count: 1000).utf8)
        try text.write(to: URL(fileURLWithPath: path))
        expectEverywhere(.foreign, saying: "not a database", in: folder)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
    }

    @Test func databaseOfAnotherProgramIsForeignAndUntouched() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeDirectory(folder.path + "/run")
        let path = folder.path + "/run/run.sqlite"
        try execute("CREATE TABLE run (id); INSERT INTO run VALUES (1)", path)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        expectEverywhere(.foreign, saying: "another program", in: folder)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func emptyFileIsForeign() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeDirectory(folder.path + "/run")
        try Data().write(to: URL(fileURLWithPath: folder.path + "/run/run.sqlite"))
        expectEverywhere(.foreign, saying: "another program", in: folder)
    }

    @Test func newerSchemaIsRefused() throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path).close()
        try execute("INSERT INTO grdb_migrations VALUES ('2099-01-01 something')", folder.path + "/run/run.sqlite")
        expectEverywhere(.newerVersion, saying: "newer elbo", in: folder)
    }

    @Test(arguments: ["run", "runStatus"]) func missingRowIsDamage(table: String) throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path).close()
        try execute("PRAGMA foreign_keys = OFF; DELETE FROM \(table)", folder.path + "/run/run.sqlite")
        expectFailure(.damaged, saying: table) {
            _ = try RunReader(parent: folder.path, name: "run").update()
        }
        #expect(RunCatalog.runs(in: folder.path).unreadable.count == 1)
    }

    /// Every way of getting at the content ends with a value or with a `StoreError`, whatever is in the file.
    @Test func overwrittenBytesNeverCrash() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path, headlineMetric: "train/loss")
        for event in EventRoundTripTests.all { writer.record(event, at: 0) }
        try CrashTests.work(writer, from: 0, to: 40)
        try writer.setSummary(["a": [1, 2, 3]])
        writer.close()
        let path = folder.path + "/run/run.sqlite"
        let good = try FileSystem.read(path)
        var random = UInt64(42)
        var failures = 0
        for _ in 0..<150 {
            var bytes = good
            for _ in 0..<20 {
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // The first hundred bytes only decide whether it is a database at all.
                bytes[100 + Int(random >> 33) % (bytes.count - 100)] = UInt8(truncatingIfNeeded: random >> 24)
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do {
                let reader = try RunReader(parent: folder.path, name: "run")
                _ = try reader.update()
                _ = try reader.summary()
                _ = try reader.series("train/loss")
            } catch {
                failures += 1
                #expect(error.description.hasSuffix("."), "\(error)")
            }
            let list = RunCatalog.runs(in: folder.path)
            #expect(list.entries.count + list.unreadable.count == 1)
            do {
                let writer = try RunWriter.open(parent: folder.path, name: "run")
                _ = try writer.latestCheckpoint()
                try writer.truncate(afterStep: 10)
                writer.close()
            } catch {
                #expect(error.description.hasSuffix("."), "\(error)")
            }
        }
        #expect(failures > 0)
    }

    @Test func truncatedDatabaseNeverCrashes() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try CrashTests.work(writer, from: 0, to: 40)
        writer.close()
        let path = folder.path + "/run/run.sqlite"
        let good = try FileSystem.read(path)
        for count in stride(from: 4096, to: good.count, by: 4096) {
            try Data(good[..<count]).write(to: URL(fileURLWithPath: path))
            expectEverywhere(.damaged, in: folder)
        }
    }

    @Test func chunkThatDoesNotFitItsGroupIsDamage() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        writer.record(.metrics(step: 1, epoch: 1, values: [MetricValue("x", 1)]), at: 0)
        writer.close()
        try execute("UPDATE metricGroup SET names = '[\"x\", \"y\"]'", folder.path + "/run/run.sqlite")
        let reader = try RunReader(parent: folder.path, name: "run")
        expectFailure(.damaged, saying: "28 bytes", "run.sqlite") { _ = try reader.update() }
        expectFailure(.damaged) { _ = try reader.series("y") }
    }

    @Test func fullDiskStopsTheWriterWithOneReason() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try writer.write("") { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        var step = 0
        while writer.failure == nil {
            step += 1
            for event in events(ofStep: step) { writer.record(event, at: 0) }
            if step % 1000 == 0 { try? writer.flush() }
        }
        #expect(writer.failure?.code == .diskFull)
        #expect(writer.failure?.description.contains("Free some space") == true)
        expectFailure(.diskFull) { try writer.flush() }
        expectFailure(.diskFull) { try writer.save(state(step), step: step) }
        // Neither waits for a thread that is gone.
        for event in events(ofStep: step + 1) { writer.record(event, at: 0) }
        writer.close()
        let stored = try storedEvents(in: folder.path)
        #expect(stored == Array((1...step).flatMap(events(ofStep:)).prefix(stored.count)))
    }

    @Test func fullDiskLeavesTheEarlierCheckpoint() async throws {
        let folder = try TemporaryFolder()
        await #expect(processExitsWith: .exitCode(0)) { [path = folder.path as String] in
            exit(try DamagedRunTests.earlierCheckpointSurvivesAFullDisk(path) ? 0 : 2)
        }
    }

    /// Changes a limit of the process for good.
    private static func earlierCheckpointSurvivesAFullDisk(_ path: String) throws -> Bool {
        let writer = try create(in: path)
        try writer.save(state(1), step: 1)
        var large = Checkpoint()
        large.put("large", [UInt8](repeating: 1, count: 4 << 20))
        allowFiles(upTo: 1 << 20)
        var code: StoreError.Code?
        do throws(StoreError) {
            try writer.save(large, step: 2)
        } catch {
            code = error.code
        }
        let names = try FileSystem.names(in: path + "/run/checkpoints")
        return try code == .diskFull && names == ["step-000000001.safetensors"] && writer.latestCheckpoint()?.step == 1
    }

    @Test(arguments: ["/proc/elbo-runs", "/dev/null/runs"]) func folderThatCannotBeMadeIsOneError(parent: String) {
        do {
            _ = try create(in: parent)
            Issue.record("created a run in \(parent)")
        } catch {
            #expect("\(error)".contains(parent.dropLast(5)), "\(error)")
        }
    }

    @Test func failedCreationLeavesNothing() async throws {
        let folder = try TemporaryFolder()
        // A file in the way.
        try Data().write(to: URL(fileURLWithPath: folder.path + "/run"))
        expectFailure(.exists) { _ = try create(in: folder.path) }
        expectFailure(.system, saying: "directory") { _ = try create(in: folder.path + "/run") }
        #expect(try folder.names() == ["run"])
        // A disk that is full in the middle.
        await #expect(processExitsWith: .exitCode(0)) { [path = folder.path as String] in
            allowFiles(upTo: 16_384)
            do {
                _ = try create(in: path + "/runs")
                exit(3)
            } catch {
                exit(try FileSystem.names(in: path + "/runs").isEmpty ? 0 : 2)
            }
        }
    }

    /// Expects the same kind of error from everything that opens a run.
    private func expectEverywhere(
        _ code: StoreError.Code, saying words: String = "run.sqlite", in folder: TemporaryFolder,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expectFailure(code, saying: words, "run", sourceLocation: sourceLocation) {
            _ = try RunReader(parent: folder.path, name: "run").update()
        }
        expectFailure(code, saying: words, "run", sourceLocation: sourceLocation) {
            _ = try RunWriter.open(parent: folder.path, name: "run")
        }
        let list = RunCatalog.runs(in: folder.path)
        #expect(list.entries.isEmpty, sourceLocation: sourceLocation)
        #expect(list.unreadable.map(\.name) == ["run"], sourceLocation: sourceLocation)
    }
}

/// Makes files that grow further fail as on a full disk, for the rest of the process.
private func allowFiles(upTo size: UInt) {
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: size, rlim_max: size)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}
