// SPDX-License-Identifier: Apache-2.0
// CIFAR binary records, good and bad.

import Datasets
import Testing

@Suite("CIFAR reader") struct CifarReaderTests {
    let folder = try! TemporaryFolder()

    private func record(_ labels: [UInt8], _ first: UInt8) -> [UInt8] {
        labels + (0..<3072).map { first &+ UInt8(truncatingIfNeeded: $0) }
    }

    @Test func recordsOfTheTenClassVersionComeBackAsWritten() throws {
        let path = try folder.write("b", record([3], 0) + record([9], 100))
        let (pixels, labels) = try readCifarBatch(path, variant: .ten)
        #expect(labels == [3, 9])
        #expect(pixels == Array(record([], 0) + record([], 100)))
    }

    @Test func theHundredClassVersionHasACoarseLabelFirst() throws {
        let path = try folder.write("b", record([19, 99], 7))
        let (pixels, labels) = try readCifarBatch(path, variant: .hundred)
        #expect(labels == [99])
        #expect(pixels.count == 3072 && pixels[0] == 7)
    }

    @Test func errorsNameRecordAndByte() throws {
        let cases: [([UInt8], CifarVariant, DatasetError.Code, String)] = [
            ([], .ten, .truncated, "record 0"),
            (Array(record([3], 0).dropLast()), .ten, .truncated, "record 0"),
            (record([3], 0) + [1], .ten, .truncated, "record 1"),
            (record([3], 0) + record([10], 0), .ten, .corrupted, "record 1, byte 3073"),
            (record([19, 100], 0), .hundred, .corrupted, "record 0, byte 1"),
            (record([20, 0], 0), .hundred, .corrupted, "record 0, byte 0"),
        ]
        for (bytes, variant, code, place) in cases {
            let path = try folder.write("bad", bytes)
            let error = datasetError { _ = try readCifarBatch(path, variant: variant) }
            #expect(error?.code == code)
            #expect(error?.place == place)
            #expect(error?.subject == path)
        }
    }
}
