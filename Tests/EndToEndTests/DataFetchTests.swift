// SPDX-License-Identifier: Apache-2.0
// `elbo data fetch` from a folder that stands for the network: what is kept, what is refused, what stays as it is.

import Foundation
import TestSupport
import Testing

@Suite struct DataFetchTests {
    private let names = [
        "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]

    private func fetch(_ name: String, from folder: TemporaryFolder, into data: String) throws -> ProgramResult {
        try runElbo(["data", "fetch", name, "--data", data, "--from", "file://" + folder.path("")])
    }

    @Test func aFileWithAnotherSumIsNotKept() throws {
        let folder = try TemporaryFolder()
        for name in names { _ = folder.file(name, "not MNIST") }
        let result = try fetch("mnist", from: folder, into: folder.path("data"))
        #expect(result.exitCode == 1)
        #expect(result.errorText.contains("train-images-idx3-ubyte.gz: MD5 sum"), "\(result.errorText)")
        #expect(result.errorText.contains("f68b3c2dcbeaaa9fbdd348bbdeb94873"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("data")).isEmpty)
    }

    @Test func aPlaceWithoutTheFileIsNamed() throws {
        let folder = try TemporaryFolder()
        let result = try fetch("cifar10", from: folder, into: folder.path("data"))
        #expect(result.exitCode == 1)
        #expect(result.errorText.contains("cannot fetch file://\(folder.path(""))"), "\(result.errorText)")
        #expect(result.errorText.contains("cifar-10-binary.tar.gz"))
    }

    @Test func filesThatAreHereStayAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let data = folder.path("data")
        try FileManager.default.createDirectory(atPath: data + "/mnist", withIntermediateDirectories: true)
        for name in names { _ = folder.file("data/mnist/\(name)", "mine") }
        let result = try fetch("mnist", from: folder, into: data)
        #expect(result.exitCode == 0, "\(result.errorText)")
        #expect(result.errorText.components(separatedBy: "already here").count == 5)
        for name in names { #expect(try String(contentsOfFile: "\(data)/mnist/\(name)", encoding: .utf8) == "mine") }
    }

    @Test func builtInSetsNeedNothing() throws {
        let result = try runElbo(["data", "fetch", "glyphs"])
        #expect(result.exitCode == 0)
        #expect(result.output.contains("built in"))
    }

    /// The published files, where they are at hand, take the way of a download into an empty folder.
    @Test(.enabled(if: realData != nil, "no data beside the project"))
    func publishedFilesArrive() throws {
        let folder = try TemporaryFolder()
        let source = try #require(realData) + "/fashion-mnist"
        let result = try runElbo([
            "data", "fetch", "fashion-mnist", "--data", folder.path("data"), "--from", "file://" + source,
        ])
        #expect(result.exitCode == 0, "\(result.errorText)")
        let arrived = try FileManager.default.contentsOfDirectory(atPath: folder.path("data/fashion-mnist"))
        #expect(Set(arrived) == Set(names))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("data")) == ["fashion-mnist"])
    }
}

/// The folder with real data beside the project, if it has Fashion-MNIST.
private let realData: String? = {
    let folder = projectRoot.appending(path: "../shared/data").standardizedFileURL.path
    let file = folder + "/fashion-mnist/train-images-idx3-ubyte.gz"
    return FileManager.default.fileExists(atPath: file) ? folder : nil
}()
