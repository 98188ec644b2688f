// SPDX-License-Identifier: Apache-2.0
// The table of data sets, and how files are found.

import Datasets
import Testing

@Suite("Data set registry") struct RegistryTests {
    let folder = try! TemporaryFolder()

    @Test func namesAreUniqueAndFoundAgain() throws {
        #expect(Set(allDatasets.map(\.name)).count == allDatasets.count)
        for kind in allDatasets {
            #expect(try datasetKind(named: kind.name).summary == kind.summary)
            #expect(Set(kind.classNames).count == kind.classNames.count, "\(kind.name) has a class twice")
        }
        #expect(try datasetKind(named: "cifar100").classNames.count == 100)
    }

    @Test func anUnknownNameListsTheKnownOnes() {
        let error = datasetError { _ = try loadDataset(named: "imagenet", DatasetRequest()) }
        #expect(error?.code == .notFound)
        #expect(allDatasets.allSatisfy { error?.allowed.contains($0.name) == true })
    }

    @Test func aMissingSetNamesTheFileAndTheFoldersSearched() {
        let request = DatasetRequest(directories: ["/no/such/folder", folder.path])
        for kind in allDatasets {
            guard case .files(let files) = kind.origin else { continue }
            let error = datasetError { _ = try kind.load(request) }
            #expect(error?.code == .notFound)
            #expect(error?.found.contains(files[0].path) == true, "\(error?.found ?? "")")
            #expect(error?.found.contains("/no/such/folder, \(folder.path)") == true)
        }
        let noFolders = datasetError { _ = try loadDataset(named: "mnist", DatasetRequest()) }
        #expect(noFolders?.found.contains("no data folder") == true)
    }

    @Test func countsOutsideTheRangeAreRefused() {
        for count in [0, -1, 10_000_001] {
            let error = datasetError { _ = try loadDataset(named: "glyphs", DatasetRequest(testCount: count)) }
            #expect(error?.code == .invalidOption)
        }
    }

    @Test func idxFilesAreFoundWithAndWithoutCompressionInTheFirstFolderThatHasThem() throws {
        let second = try TemporaryFolder()
        for place in [folder, second] { place.makeFolder("kmnist") }
        let pixels = [UInt8](repeating: 51, count: 2 * 784)
        let images = idxFile(magic: 0x803, sizes: [2, 28, 28], contents: pixels)
        try second.write("kmnist/t10k-images-idx3-ubyte", images)
        try second.write("kmnist/t10k-labels-idx1-ubyte", idxFile(magic: 0x801, sizes: [2], contents: [4, 5]))
        try folder.write("kmnist/t10k-labels-idx1-ubyte", idxFile(magic: 0x801, sizes: [2], contents: [6, 7]))
        let kind = try datasetKind(named: "kmnist")
        var request = DatasetRequest(directories: [folder.path, second.path], requiredParts: [.test])
        let split = try kind.load(request)
        #expect(split.test.labels == [6, 7])
        #expect(split.test.image(1) == [Float](repeating: 0.2, count: 784))
        #expect(split.train.count == 0)
        #expect(split.notes.count == 1 && split.notes[0].contains("no train part"))
        #expect(kind.locate(in: request.directories).map { $0.found != nil } == [false, false, true, true])
        request.testCount = 1
        #expect(try kind.load(request).test.labels == [6])
        request.requiredParts = [.train, .test]
        #expect(datasetError { _ = try kind.load(request) }?.place == "train part")
    }

    @Test func contradictingFilesAreErrors() throws {
        folder.makeFolder("mnist")
        let request = DatasetRequest(directories: [folder.path], requiredParts: [.test])
        let small = idxFile(magic: 0x803, sizes: [2, 2, 3], contents: Array(0..<12))
        let images = try folder.write("mnist/t10k-images-idx3-ubyte", small)
        let labels = try folder.write(
            "mnist/t10k-labels-idx1-ubyte", idxFile(magic: 0x801, sizes: [2], contents: [4, 5]))
        let shapeError = datasetError { _ = try loadDataset(named: "mnist", request) }
        #expect(shapeError?.subject == images && shapeError?.found == "images of 1 x 2 x 3")
        let pixels = [UInt8](repeating: 0, count: 784)
        try folder.write("mnist/t10k-images-idx3-ubyte", idxFile(magic: 0x803, sizes: [1, 28, 28], contents: pixels))
        let countError = datasetError { _ = try loadDataset(named: "mnist", request) }
        #expect(countError?.subject == labels && countError?.found == "2 labels")
    }

    @Test func cifarUsesTheBatchesThatArePresentAndSaysWhich() throws {
        folder.makeFolder("cifar10")
        let pixels = [UInt8](repeating: 9, count: 3072)
        try folder.write("cifar10/data_batch_2.bin", [1] + pixels + [2] + pixels)
        try folder.write("cifar10/data_batch_4.bin", [3] + pixels)
        try folder.write("cifar10/test_batch.bin", [5] + pixels)
        let split = try loadDataset(named: "cifar10", DatasetRequest(directories: [folder.path]))
        #expect(split.train.labels == [1, 2, 3])
        #expect(split.test.labels == [5])
        #expect(split.notes.count == 2)
        #expect(
            split.notes[0]
                == "cifar10: train part from 2 of 5 files, without cifar10/data_batch_1.bin, cifar10/data_batch_3.bin, "
                + "cifar10/data_batch_5.bin")
        #expect(split.notes[1].contains("1 of 10000"))
    }
}
