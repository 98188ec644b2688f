// SPDX-License-Identifier: Apache-2.0
// The safetensors layout against a conformance vector, round trips, and headers that lie.
import EngineKit
import Testing

@Suite struct SafetensorsTests {
    /// Tensor `w` = [1, -2] as F32 is the 72-byte file that the reference implementation writes.
    @Test func writesTheConformanceVector() {
        var checkpoint = Checkpoint()
        checkpoint.put("w", [Float(1), -2])
        let file = Safetensors.encode(checkpoint)
        #expect(file.count == 72)
        #expect(file[0] == 0x38)
        #expect(file[8] == UInt8(ascii: "{"))
        #expect(file[63] == UInt8(ascii: " "))
        #expect(Array(file.suffix(8)) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0])
        #expect(
            Array(file[8..<63]) == Array(#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#.utf8)
                + Array(" ".utf8))
    }

    @Test func everythingComesBackAsItWasPut() throws {
        var checkpoint = Checkpoint()
        checkpoint.metadata = ["stage": "prune", "a\"b": "line\nbreak"]
        checkpoint.put("bytes", [UInt8(1), 2, 3])
        checkpoint.put("weights", [Float(0), -.infinity, .leastNonzeroMagnitude, 4, 5, 6], shape: [2, 3])
        checkpoint.put("counter", Int.min)
        checkpoint.put("mean", [Double.pi, -0.0])
        checkpoint.put("stream", [UInt64.max])
        checkpoint.put("empty", [Float]())
        let back = try Safetensors.decode(Safetensors.encode(checkpoint))
        #expect(back == checkpoint)
        #expect(back.tensors.map(\.name) == ["bytes", "weights", "counter", "mean", "stream", "empty"])
    }

    @Test func emptyCheckpointIsAValidFile() throws {
        #expect(try Safetensors.decode(Safetensors.encode(Checkpoint())) == Checkpoint())
    }

    @Test func arraysAreAlignedToTheirElements() throws {
        var checkpoint = Checkpoint()
        checkpoint.put("a", [UInt8(7)])
        checkpoint.put("b", [Float(1)])
        checkpoint.put("c", [Double(1)])
        let file = Safetensors.encode(checkpoint)
        let length = Int(file[0]) + Int(file[1]) << 8
        #expect((8 + length) % 8 == 0)
        #expect(Array(file.suffix(1)) == [7])
    }

    @Test func notANumberKeepsItsBits() throws {
        var checkpoint = Checkpoint()
        checkpoint.put("x", [Float(bitPattern: 0x7FC0_1234)])
        let back = try Safetensors.decode(Safetensors.encode(checkpoint)).floats("x")
        #expect(back.map(\.bitPattern) == [0x7FC0_1234])
    }

    @Test(arguments: [
        ("hole before", #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2),
        ("belong to no tensor", #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 2),
        (
            "overlaps",
            #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
            3
        ),
        ("key is given twice", #"{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"a":{}}"#, 1),
        ("unknown dtype 'F99'", #"{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,1]}}"#, 1),
        ("exactly the keys", #"{"a":{"dtype":"U8","shape":[1]}}"#, 1),
        ("exactly the keys", #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}"#, 1),
        ("exactly the keys", #"{"a":5}"#, 0),
        ("no valid shape", #"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}"#, 0),
        ("no valid shape", #"{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}"#, 1),
        ("no valid shape", #"{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}"#, 1),
        ("larger than memory", #"{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0),
        ("outside the 1 bytes", #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, 1),
        ("outside", #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1),
        ("outside", #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}"#, 1),
        ("need 8", #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,1]}}"#, 1),
        ("is not an object", #"{"__metadata__":"x"}"#, 0),
        ("something else than text", #"{"__metadata__":{"x":1}}"#, 0),
        ("opening brace", #" {}"#, 0),
        ("not valid", #"{"a""#, 0),
    ])
    func lyingHeaderIsRefused(reason: String, header: String, bufferCount: Int) {
        let error = #expect(throws: SafetensorsError.self) {
            try Safetensors.decode(file(header: Array(header.utf8), bufferCount: bufferCount))
        }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "no error")")
    }

    @Test(
        arguments: [
            [], [1, 2, 3], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7B], [9, 0, 0, 0, 0, 0, 0, 0, 0x7B],
            [0, 0, 0, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0, 0x80, 0x7B, 0x7D],
        ] as [[UInt8]])
    func brokenLengthFieldIsRefused(file: [UInt8]) {
        #expect(throws: SafetensorsError.self) { try Safetensors.decode(file) }
    }

    @Test func everyTruncationAndEveryFlippedByteIsHandled() {
        var checkpoint = Checkpoint()
        checkpoint.metadata = ["k": "v"]
        checkpoint.put("a", [Float(1), 2], shape: [2, 1])
        checkpoint.put("b", [UInt8(3)])
        let file = Safetensors.encode(checkpoint)
        for count in 0..<file.count {
            #expect(throws: SafetensorsError.self) { try Safetensors.decode(Array(file[..<count])) }
        }
        var survivors = 0
        for position in file.indices {
            for change: UInt8 in [1, 2, 4, 8, 16, 32, 64, 128] {
                var broken = file
                broken[position] ^= change
                // A flip inside names, texts or numbers is a different valid file; all that is asked is no crash.
                if (try? Safetensors.decode(broken)) != nil { survivors += 1 }
            }
        }
        #expect(survivors >= 9 * 8)
    }

    private func file(header: [UInt8], bufferCount: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
            + [UInt8](repeating: 0, count: bufferCount)
    }
}
