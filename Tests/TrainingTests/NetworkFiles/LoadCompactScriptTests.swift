// SPDX-License-Identifier: Apache-2.0
// docs/load_compact.py, the documented way into Python, computes what elbo computes. Needs python3 with numpy.

import Datasets
import EngineKit
import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Training

/// Whether the script can run here.
private let hasNumpy = (try? runPython(["-c", "import numpy"]))?.code == 0

@Suite(.serialized, .enabled(if: hasNumpy, "no python3 with numpy"))
struct LoadCompactScriptTests {
    @Test(arguments: [
        (0, "mean-image"), (1, "unit"), (2, "channels"), (3, "per-image"), (4, "signed"), (0, "per-image"),
    ])
    func numpyGivesTheLogitsOfElbo(index: Int, scale: String) throws {
        let folder = try TemporaryFolder()
        let network = folder.path + "/net.safetensors"
        var file = sampleFile(index, scale: scale)
        let logits = sampleLogits(file)
        _ = try file.write(to: network, expecting: logits, for: sampleBatch(file))
        let shape = file.imageShape
        let images = sampleImages(shape)
        try Self.writeArray(
            folder.path + "/images.npy", (0..<images.count).flatMap { images.image($0) },
            shape: [images.count, shape.channels, shape.height, shape.width])
        let result = try runPython([
            Self.script, network, folder.path + "/images.npy", folder.path + "/logits.npy",
        ])
        #expect(result.code == 0, "\(result.text)")
        let found = try Self.readDoubles(folder.path + "/logits.npy")
        let wanted = logits.scalars().map(Double.init)
        expectClose(found, wanted, absolute: 1e-4 * wanted.map(abs).max()!, "logits of numpy")
    }

    @Test func itSaysWhatAFileHolds() throws {
        let folder = try TemporaryFolder()
        let network = folder.path + "/net.safetensors"
        var file = sampleFile(0)
        _ = try file.write(to: network, expecting: sampleLogits(file), for: sampleBatch(file))
        let result = try runPython([Self.script, network])
        #expect(result.code == 0)
        for words in ["lenet5, 10 classes, images [1, 12, 12]", "conv1.weight", "select1.index", "maxAbsDifference"] {
            #expect(result.text.contains(words), "\(result.text)")
        }
    }

    private static let script: String = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        return root + "/docs/load_compact.py"
    }()

    /// A npy file of version 1: magic, header length, a Python dictionary, the numbers.
    private static func writeArray(_ path: String, _ values: [Float], shape: [Int]) throws {
        var header =
            "{'descr': '<f4', 'fortran_order': False, 'shape': (\(shape.map(String.init).joined(separator: ", "))), }"
        header += String(repeating: " ", count: 64 - (header.utf8.count + 11) % 64) + "\n"
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
        data.append(contentsOf: [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
        data.append(contentsOf: header.utf8)
        values.withUnsafeBytes { data.append(contentsOf: $0) }
        try data.write(to: URL(fileURLWithPath: path))
    }

    private static func readDoubles(_ path: String) throws -> [Double] {
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let header = 10 + Int(data[8]) + Int(data[9]) << 8
        let text = String(decoding: data[10..<header], as: UTF8.self)
        try #require(text.contains("'<f8'") && text.contains("'fortran_order': False"))
        return data.withUnsafeBytes { bytes in
            stride(from: header, to: data.count, by: 8).map { bytes.loadUnaligned(fromByteOffset: $0, as: Double.self) }
        }
    }
}

/// Runs the interpreter and collects what it prints.
private func runPython(_ arguments: [String]) throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-B"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
}
