// SPDX-License-Identifier: Apache-2.0
// A file appears complete or not at all, and nothing is left of what did not.
import EngineKit
import Foundation
import Testing

@Suite struct PendingFileTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("elbo-pending-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }

    @Test func nothingIsThereBeforeItIsPublished() throws {
        let path = folder + "/x.csv"
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        let file = try PendingFile(path)
        try file.write("a,b\n")
        try file.write("1,2\n")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        try file.finish()
        #expect(try String(contentsOfFile: file.temporaryPath, encoding: .utf8) == "a,b\n1,2\n")
        try file.publish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a,b\n1,2\n")
        #expect(try names() == ["x.csv"])
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func whatIsGivenUpLeavesNothing() throws {
        func giveUp() throws { try PendingFile(folder + "/x").write("half") }
        try giveUp()
        #expect(try names() == [])
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func aFolderThatIsMissingOrInTheWayIsNamed() throws {
        for path in [folder, folder + "/none/x"] {
            let error = #expect(throws: FileError.self) { try PendingFile(path) }
            #expect(error?.description.contains(path) == true)
        }
        #expect(try names() == [])
        try FileManager.default.removeItem(atPath: folder)
    }
}
