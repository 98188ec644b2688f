// SPDX-License-Identifier: Apache-2.0
// idx files, good and bad; every error names file, place, what was found and what is allowed.

import Datasets
import Probability
import Testing

/// The error that a call throws, or `nil`.
func datasetError(_ body: () throws -> Void) -> DatasetError? {
    do {
        try body()
        return nil
    } catch {
        return error as? DatasetError
    }
}

@Suite("Idx reader") struct IdxReaderTests {
    let folder = try! TemporaryFolder()

    @Test func imagesAndLabelsComeBackAsWritten() throws {
        let images = try folder.write("i", idxFile(magic: 0x803, sizes: [2, 2, 3], contents: Array(0..<12)))
        let read = try readIdxImages(images)
        #expect(read.count == 2)
        #expect(read.shape == ImageShape(channels: 1, height: 2, width: 3))
        #expect(read.pixels == Array(0..<12))
        let labels = try folder.write("l", idxFile(magic: 0x801, sizes: [3], contents: [2, 0, 9]))
        #expect(try readIdxLabels(labels, classes: 10) == [2, 0, 9])
    }

    @Test func compressedFilesAreTheSame() throws {
        for bytes in [GzipFixtures.compressedImages, GzipFixtures.twoMembers] {
            // The name does not say that it is compressed; the first bytes do.
            let read = try readIdxImages(try folder.write("i", bytes))
            #expect(read.count == 2)
            #expect(read.pixels == Array(0..<12))
        }
    }

    @Test func errorsSayWhatIsWrongWhere() throws {
        let good = idxFile(magic: 0x803, sizes: [2, 2, 3], contents: Array(0..<12))
        let gzip = GzipFixtures.compressedImages
        let cases: [(String, [UInt8], DatasetError.Code, String)] = [
            ("empty", [], .truncated, "byte 0"),
            ("short header", Array(good.prefix(9)), .truncated, "byte 8"),
            ("short", Array(good.dropLast()), .truncated, "byte 16"),
            ("long", good + [0], .corrupted, "byte 28"),
            ("labels for images", idxFile(magic: 0x801, sizes: [2], contents: [1, 2]), .corrupted, "byte 0"),
            ("no images", idxFile(magic: 0x803, sizes: [0, 2, 3], contents: []), .corrupted, "byte 4"),
            ("no pixels", idxFile(magic: 0x803, sizes: [2, 0, 3], contents: []), .corrupted, "byte 8"),
            ("wide", idxFile(magic: 0x803, sizes: [1, 1, 5000], contents: []), .corrupted, "byte 8"),
            ("huge", idxFile(magic: 0x803, sizes: [.max, 4096, 4096], contents: [1]), .truncated, "byte 16"),
            ("empty promise", GzipFixtures.emptyPromise, .truncated, "byte 16"),
            ("bomb", GzipFixtures.bomb, .corrupted, "byte 17"),
            ("gzip magic only", [0x1F, 0x8B], .truncated, "byte 2"),
            ("gzip cut", Array(gzip.dropLast(12)), .truncated, "byte \(gzip.count - 12)"),
            ("gzip tail", gzip + [7], .corrupted, "byte \(gzip.count)"),
            ("gzip garbage", Array(gzip.prefix(10)) + [UInt8](repeating: 0xFF, count: 40), .corrupted, ""),
        ]
        for (name, bytes, code, place) in cases {
            let path = try folder.write("bad", bytes)
            let error = datasetError { _ = try readIdxImages(path) }
            #expect(error?.code == code, "\(name): \(error.map(String.init(describing:)) ?? "no error")")
            #expect(error?.subject == path, "\(name)")
            #expect(place.isEmpty || error?.place == place, "\(name): \(error?.place ?? "")")
        }
    }

    @Test func anImpossibleSizeInACompressedFileIsRefusedBeforeAllocation() throws {
        // 60000 images of 4096 x 4096 pixels cannot come out of a file this small.
        let hostile = idxFile(magic: 0x803, sizes: [60_000, 4096, 4096], contents: [])
        // A stored block: not compressed, so the header can be written by hand; the checksum is never reached.
        let stored: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 0, 16, 0, 0xEF, 0xFF] + hostile
        let path = try folder.write("hostile", stored + [0, 16, 0, 0xEF, 0xFF, 1, 2, 3])
        let error = datasetError { _ = try readIdxImages(path) }
        #expect(error?.code == .tooLarge)
        #expect(error?.place == "byte 16")
    }

    @Test func labelsOutsideTheClassesAreNamed() throws {
        let path = try folder.write("l", idxFile(magic: 0x801, sizes: [3], contents: [2, 10, 9]))
        let error = datasetError { _ = try readIdxLabels(path, classes: 10) }
        #expect(error?.description == "\(path), byte 9: found label 10; allowed: 0 to 9")
    }

    @Test func missingFilesAndFoldersAreErrors() {
        #expect(datasetError { _ = try readIdxImages(folder.path + "/nothing") }?.code == .notFound)
        #expect(datasetError { _ = try readIdxImages(folder.path) }?.code == .unreadable)
        #expect(datasetError { _ = try readIdxImages("/dev/zero") }?.code == .unreadable)
    }

    @Test func damagedFilesNeverDoMoreThanThrow() throws {
        var stream = RandomStream(seed: 1, purpose: "fuzz")
        let labels = idxFile(magic: 0x801, sizes: [5], contents: [0, 1, 2, 3, 4])
        let images = idxFile(magic: 0x803, sizes: [2, 2, 3], contents: Array(0..<12))
        var failures = 0
        for seed in [labels, images, GzipFixtures.compressedImages, GzipFixtures.twoMembers, GzipFixtures.bomb] {
            for _ in 0..<150 {
                var bytes = seed
                for _ in 0...stream.integer(below: 4) {
                    bytes[stream.integer(below: bytes.count)] = UInt8(truncatingIfNeeded: stream.nextUInt32())
                }
                if stream.integer(below: 3) == 0 { bytes.removeLast(stream.integer(below: bytes.count)) }
                let path = try folder.write("fuzz", bytes)
                if datasetError({ _ = try readIdxImages(path) }) != nil { failures += 1 }
                _ = datasetError { _ = try readIdxLabels(path, classes: 10) }
                _ = datasetError { _ = try readCifarBatch(path, variant: .ten) }
            }
        }
        #expect(failures > 500)
    }
}
