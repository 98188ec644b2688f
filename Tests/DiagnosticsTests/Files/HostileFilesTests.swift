// SPDX-License-Identifier: Apache-2.0
// Files that want to do harm: cut off anywhere, changed anywhere, endless lines, random bytes. One error each, never a
// crash.

import Foundation
import Testing

@testable import Diagnostics

/// Reads bytes; true where they were draws, false where they were refused with an error of the right kind.
private func isAccepted(_ bytes: [UInt8]) -> Bool {
    do throws(DrawsFileError) {
        let files = try DrawsFiles(parsing: [("f.csv", bytes)])
        return files.parameters.values.count == files.parameters.names.count * files.parameters.drawCount
            * files.parameters.chainCount
    } catch {
        // The message is short whatever the file holds.
        #expect(error.sentence.count < 400)
        return false
    }
}

@Suite("Hostile files of draws") struct HostileFilesTests {
    static let good = Array(DrawsFilesTests.stan.utf8)

    @Test func anyTruncationIsReadOrRefused() {
        for end in 0...Self.good.count { _ = isAccepted(Array(Self.good.prefix(end))) }
        #expect(isAccepted(Self.good))
    }

    @Test func anyChangedByteIsReadOrRefused() {
        var words = TestWords(seed: 21)
        let rounds = ProcessInfo.processInfo.environment["ELBO_FULL_TESTS"] == nil ? 3000 : 1_000_000
        let special: [UInt8] = [0, 0x0A, 0x0D, 0x22, 0x23, 0x2C, 0x2E, 0x3D, 0x65, 0x80, 0xFF]
        for _ in 0..<rounds {
            var bytes = Self.good
            for _ in 0..<1 + words.word() % 6 {
                let place = Int(words.word() % UInt64(bytes.count))
                switch words.word() % 3 {
                case 0: bytes[place] = special[Int(words.word() % UInt64(special.count))]
                case 1: bytes[place] = UInt8(truncatingIfNeeded: words.word())
                default: bytes.remove(at: place)
                }
            }
            _ = isAccepted(bytes)
        }
    }

    @Test func randomBytesAreRefused() {
        var words = TestWords(seed: 22)
        for length in [1, 10, 100, 10_000] {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: words.word()) } + [0x80, 0x0A, 0x0A]
            #expect(!isAccepted(bytes))
        }
    }

    @Test func tenMillionColumnsAreRefusedInOneMessage() {
        let header = [UInt8]((0..<10_000_000).flatMap { _ in [0x61, 0x2C] as [UInt8] })
        let wide = #expect(throws: DrawsFileError.self) { try DrawsFiles(parsing: [("f.csv", header)]) }
        #expect(wide?.found == "more than 100000 columns")
        let row = Array("x,y\n".utf8) + (0..<10_000_000).flatMap { _ in [0x31, 0x2C] as [UInt8] } + [0x31, 0x0A]
        let long = #expect(throws: DrawsFileError.self) { try DrawsFiles(parsing: [("f.csv", row)]) }
        #expect(long?.line == 2 && long?.found == "more than 2 fields")
        let names = Array((0...100_000).map { "c\($0)" }.joined(separator: ",").utf8) + [0x0A]
        let many = #expect(throws: DrawsFileError.self) { try DrawsFiles(parsing: [("f.csv", names)]) }
        #expect(many?.found == "100001 columns")
    }

    @Test func endlessFieldsAreRefusedWithAShortMessage() {
        let digits = Array("x\n".utf8) + [UInt8](repeating: 0x39, count: 3_000_000) + [0x0A]
        let error = #expect(throws: DrawsFileError.self) { try DrawsFiles(parsing: [("f.csv", digits)]) }
        #expect(error?.found == "\"\(String(repeating: "9", count: 40))\" in column x")
        let comment = [UInt8](repeating: 0x23, count: 3_000_000) + [0x0A] + Array("x\n1\n".utf8)
        #expect(isAccepted(comment))
        let name = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(!isAccepted(name + [0x2C] + name + Array("\n1,2\n".utf8)))
    }
}
