// SPDX-License-Identifier: Apache-2.0
// Writes a checkpoint in the safetensors layout. Bytes only: files, checksums and fsync are the store's.

/// The safetensors layout: what others read with one line of Python, and what runs no code when loaded.
///
/// Eight bytes little-endian header length; a JSON header that maps each name to `dtype`, `shape` and `data_offsets`
/// (begin and end relative to the byte buffer), padded with spaces; one byte buffer without holes. Numbers are
/// little-endian, arrays row-major. The buffer starts at a multiple of 8 and tensors are placed by falling element
/// size, so every array is aligned to its element. Format: docs/References.md, [SAFETENSORS].
public enum Safetensors {
    /// Reserved header key whose value maps text to text.
    static let metadataKey = "__metadata__"

    /// Writes a checkpoint piece by piece, so that no second copy of a large network is made.
    ///
    /// - Parameter sink: takes the next bytes of the file; they are valid during the call only.
    /// - Throws: what `sink` throws.
    public static func write<Failure: Error>(
        _ checkpoint: Checkpoint, to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let placed = placement(of: checkpoint)
        try pass(header(of: checkpoint, placed), to: sink)
        for place in placed { try pass(checkpoint.tensors[place.index].bytes, to: sink) }
    }

    /// The whole file in memory.
    public static func encode(_ checkpoint: Checkpoint) -> [UInt8] {
        var file: [UInt8] = []
        write(checkpoint) { file.append(contentsOf: $0) }
        return file
    }

    private typealias Place = (index: Int, begin: Int)

    /// Tensors in the order of the buffer: largest elements first, otherwise as they were put.
    private static func placement(of checkpoint: Checkpoint) -> [Place] {
        let order = checkpoint.tensors.indices.sorted { left, right in
            let (a, b) = (checkpoint.tensors[left].elementType.size, checkpoint.tensors[right].elementType.size)
            return a == b ? left < right : a > b
        }
        var position = 0
        return order.map { index in
            defer { position += checkpoint.tensors[index].bytes.count }
            return (index, position)
        }
    }

    private static func header(of checkpoint: Checkpoint, _ placed: [Place]) -> [UInt8] {
        var header = JSONObject()
        if !checkpoint.metadata.isEmpty {
            var metadata = JSONObject()
            for (key, value) in checkpoint.metadata.sorted(by: { $0.key < $1.key }) { metadata[key] = .string(value) }
            header[metadataKey] = .object(metadata)
        }
        var begins = [Int](repeating: 0, count: checkpoint.tensors.count)
        for place in placed { begins[place.index] = place.begin }
        for (tensor, begin) in zip(checkpoint.tensors, begins) {
            header[tensor.name] = [
                "dtype": .string(tensor.elementType.rawValue), "shape": .array(tensor.shape.map { .integer($0) }),
                "data_offsets": .array([.integer(begin), .integer(begin + tensor.bytes.count)]),
            ]
        }
        var text = Array(header.text.utf8)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }

    private static func pass<Failure: Error>(
        _ bytes: [UInt8], to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        // withUnsafeBytes rethrows untyped, hence the detour over a result.
        let result: Result<Void, Failure> = bytes.withUnsafeBytes { buffer in
            do throws(Failure) {
                return .success(try sink(buffer))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
