// SPDX-License-Identifier: Apache-2.0
// Checkpoints on disk: whole or not there, verified when loaded, and never more than needed.
import EngineKit
import Foundation
import Testing

@testable import Store

@Suite struct CheckpointStoreTests {
    @Test func savedStateComesBack() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        #expect(try writer.latestCheckpoint() == nil)
        try writer.save(state(7), step: 7)
        let latest = try #require(try writer.latestCheckpoint())
        #expect(latest.checkpoint == state(7))
        #expect(latest.step == 7)
        #expect(writer.skippedCheckpoints.isEmpty)
        #expect(try folder.names("run/checkpoints") == ["step-000000007.safetensors"])
        // The file is plain safetensors for everybody else.
        #expect(try Safetensors.decode(FileSystem.read(writer.folder.checkpoint(step: 7))) == state(7))
    }

    @Test func savingFlushesFirst() throws {
        let folder = try TemporaryFolder()
        let writer = try RunWriter.create(
            parent: folder.path, header: header(), sessionText: "", pace: CrashTests.patient)
        writer.record(events(ofStep: 1)[0], at: 0)
        try writer.save(state(1), step: 1)
        #expect(try storedEvents(in: folder.path) == events(ofStep: 1))
    }

    @Test func threeNewestAndTheBestAreKept() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for step in 1...9 { try writer.save(state(step), step: step, isBest: step == 2 || step == 4) }
        #expect(
            try folder.names("run/checkpoints")
                == [4, 7, 8, 9].map { "step-00000000\($0).safetensors" })
        #expect(try writer.latestCheckpoint()?.step == 9)
    }

    @Test func sameStepIsReplaced() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for _ in 0..<5 { try writer.save(state(1), step: 1) }
        try writer.save(state(99), step: 1)
        #expect(try writer.latestCheckpoint()?.checkpoint == state(99))
        try writer.save(state(2), step: 2)
        #expect(try folder.names("run/checkpoints").count == 2)
    }

    /// Ways in which a file goes bad.
    enum Damage: CaseIterable {
        case missing, empty, truncated, longer, oneBit, otherFile
    }

    @Test(arguments: Damage.allCases) func damagedCheckpointFallsBackToTheOneBefore(damage: Damage) throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for step in 1...3 { try writer.save(state(step), step: step) }
        try apply(damage, to: writer.folder.checkpoint(step: 3), other: writer.folder.checkpoint(step: 2))
        let latest = try #require(try writer.latestCheckpoint())
        #expect(latest.step == 2)
        #expect(latest.checkpoint == state(2))
        #expect(writer.skippedCheckpoints.count == 1)
        #expect(writer.skippedCheckpoints[0].contains("step-000000003"))
        try writer.truncate(afterStep: 2)
        #expect(try writer.latestCheckpoint()?.step == 2)
        #expect(writer.skippedCheckpoints.isEmpty)
        #expect(
            try folder.names("run/checkpoints") == ["step-000000001.safetensors", "step-000000002.safetensors"])
    }

    /// Whoever looks at a run finds what its process would find.
    @Test func aReaderFindsTheNewestIntactStateToo() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        let reader = try RunReader(parent: folder.path, name: "run")
        #expect(try reader.latestCheckpoint() == nil)
        for step in 1...3 { try writer.save(state(step), step: step) }
        let newest = try #require(try reader.latestCheckpoint())
        #expect(newest.step == 3 && newest.checkpoint == state(3))
        try apply(.oneBit, to: writer.folder.checkpoint(step: 3), other: "")
        let older = try #require(try reader.latestCheckpoint())
        #expect(older.step == 2 && older.checkpoint == state(2))
        writer.close()
        for step in 1...2 { try apply(.oneBit, to: writer.folder.checkpoint(step: step), other: "") }
        expectFailure(.damaged, saying: "3 checkpoints", "step-000000003") { _ = try reader.latestCheckpoint() }
    }

    @Test func noIntactCheckpointIsAnError() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        for step in 1...3 {
            try writer.save(state(step), step: step)
            try apply(.oneBit, to: writer.folder.checkpoint(step: step), other: "")
        }
        expectFailure(.damaged, saying: "3 checkpoints", "step-000000003") { _ = try writer.latestCheckpoint() }
    }

    @Test func processThatDiedWhileReplacingAStepKeepsTheOldState() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try writer.save(state(1), step: 1)
        try writer.save(state(2), step: 2)
        writer.close()
        // The record of the new file is there, the new file has not got its name yet.
        try execute(
            """
            INSERT INTO checkpointRecord (step, sequence, byteCount, checksum, isBest, savedAt)
            VALUES (2, 0, 10, 10, 0, 0)
            """, folder.path + "/run/run.sqlite")
        try Data("torn".utf8).write(to: URL(fileURLWithPath: writer.folder.checkpoint(step: 2) + ".partial"))
        let next = try RunWriter.open(parent: folder.path, name: "run")
        #expect(try next.latestCheckpoint()?.checkpoint == state(2))
        #expect(try folder.names("run/checkpoints").count == 2)
    }

    @Test func strayFilesOfOursAreRemovedAndOthersStay() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try writer.save(state(1), step: 1)
        writer.close()
        let checkpoints = folder.path + "/run/checkpoints/"
        for name in ["step-000000009.safetensors", "step-000000001.safetensors.partial", "mine.safetensors"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: checkpoints + name))
        }
        try RunWriter.open(parent: folder.path, name: "run").close()
        #expect(try folder.names("run/checkpoints") == ["mine.safetensors", "step-000000001.safetensors"])
    }

    @Test func deletedFolderOfCheckpointsIsMadeAgain() throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path).close()
        try FileManager.default.removeItem(atPath: folder.path + "/run/checkpoints")
        let writer = try RunWriter.open(parent: folder.path, name: "run")
        try writer.save(state(1), step: 1)
        #expect(try writer.latestCheckpoint()?.step == 1)
    }

    /// RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
    static let published: [(bytes: [UInt8], checksum: UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E), (Array((0..<32).reversed()), 0x113F_DB5C),
        (Array("123456789".utf8), 0xE306_9283), ([], 0),
    ]

    @Test(arguments: published) func checksumIsThePublishedOne(bytes: [UInt8], checksum: UInt32) {
        for split in 0...bytes.count {
            var check = CyclicRedundancyCheck()
            bytes[..<split].withUnsafeBytes { check.add($0) }
            bytes[split...].withUnsafeBytes { check.add($0) }
            #expect(check.value == checksum)
        }
    }

    private func apply(_ damage: Damage, to path: String, other: String) throws {
        var bytes = try FileSystem.read(path)
        switch damage {
        case .missing: return try FileManager.default.removeItem(atPath: path)
        case .empty: bytes = []
        case .truncated: bytes.removeLast()
        case .longer: bytes.append(0)
        case .oneBit: bytes[bytes.count - 100] ^= 0x10
        case .otherFile: bytes = try FileSystem.read(other)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
