// SPDX-License-Identifier: Apache-2.0
// Listing and deleting runs.
import EngineKit
import Foundation
import Testing

@testable import Store

@Suite struct RunCatalogTests {
    @Test func everyRunIsListedWithItsHeadline() throws {
        let folder = try TemporaryFolder()
        let active = try create(in: folder.path, "active", headlineMetric: "test/error")
        for step in 1...11 { for event in events(ofStep: step) { active.record(event, at: 0) } }
        let position = Progress(step: 11, totalSteps: 20, epoch: 1.1, stage: "prune")
        active.setState(.running, reason: nil, progress: position)
        try active.flush()
        let fresh = try create(in: folder.path, "fresh", headlineMetric: "test/error")
        fresh.setState(.finished, reason: nil, progress: nil)
        fresh.close()

        let list = RunCatalog.runs(in: folder.path)
        #expect(list.unreadable.isEmpty)
        #expect(list.entries.map(\.name) == ["active", "fresh"])
        let entry = try #require(list.entries.first)
        #expect(entry.state == .running && entry.step == 11 && entry.totalSteps == 20)
        #expect(entry.headline?.name == "test/error" && entry.headline?.value == 10)
        #expect(entry.engine == "sbp" && entry.title == "LeNet-5 on glyphs")
        #expect(entry.createdAt == 1_700_000_000.25 && entry.lastSeen > entry.createdAt)
        #expect(list.entries[1].state == .finished && list.entries[1].headline == nil)
    }

    @Test func newestRunIsFirst() throws {
        let folder = try TemporaryFolder()
        for (name, age) in [("middle", 2.0), ("old", 1), ("new", 3), ("also-new", 3)] {
            var header = header(name)
            header.createdAt = age
            try RunWriter.create(parent: folder.path, header: header, sessionText: "").close()
        }
        #expect(RunCatalog.runs(in: folder.path).entries.map(\.name) == ["also-new", "new", "middle", "old"])
    }

    @Test func whatIsNoRunIsPassedOver() throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path).close()
        try FileSystem.makeDirectory(folder.path + "/notes")
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path + "/file"))
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/broken", withDestinationPath: "nowhere")
        let hostile = "\u{1B}[2Jrun"
        try FileManager.default.copyItem(atPath: folder.path + "/run", toPath: folder.path + "/" + hostile)
        let list = RunCatalog.runs(in: folder.path)
        #expect(list.entries.map(\.name) == ["run"])
        #expect(list.unreadable.map(\.name) == ["\\u{1b}[2Jrun"])
        #expect(list.unreadable.allSatisfy { !$0.reason.utf8.contains(0x1B) })
        #expect(RunCatalog.runs(in: folder.path + "/none").entries.isEmpty)
        #expect(RunCatalog.runs(in: folder.path + "/none").unreadable.isEmpty)
        #expect(RunCatalog.runs(in: folder.path + "/file").unreadable.count == 1)
    }

    @Test func deletedRunIsGone() throws {
        let folder = try TemporaryFolder()
        let writer = try create(in: folder.path)
        try writer.save(state(1), step: 1)
        expectFailure(.inUse, saying: "Stop it first") { try RunCatalog.delete("run", in: folder.path) }
        writer.close()
        try RunCatalog.delete("run", in: folder.path)
        #expect(try folder.names().isEmpty)
        expectFailure(.notFound) { try RunCatalog.delete("run", in: folder.path) }
    }

    @Test func deletingNeverFollowsLinks() throws {
        let folder = try TemporaryFolder()
        try create(in: folder.path + "/elsewhere").close()
        let target = folder.path + "/elsewhere/run"
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: target)
        expectFailure(.foreign, saying: "link") { try RunCatalog.delete("link", in: folder.path) }
        try create(in: folder.path).close()
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/run/checkpoints/more", withDestinationPath: target)
        try RunCatalog.delete("run", in: folder.path)
        #expect(try folder.names("elsewhere/run").contains("run.sqlite"))
        #expect(try folder.names() == ["elsewhere", "link"])
    }

    @Test func foldersThatAreNoRunsAreNotDeleted() throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeDirectory(folder.path + "/photos")
        expectFailure(.notFound) { try RunCatalog.delete("photos", in: folder.path) }
        #expect(try folder.names() == ["photos"])
    }
}
