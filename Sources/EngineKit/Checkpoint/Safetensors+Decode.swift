// SPDX-License-Identifier: Apache-2.0
// Reads the safetensors layout from bytes that may come from anywhere: every claim of the header is checked.

/// Why a safetensors file was refused; the text is complete apart from the file's name.
public struct SafetensorsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Safetensors {
    /// Longest header that is read.
    ///
    /// The format allows 100 MB; 16 MB hold a hundred thousand tensors, and parsed JSON takes many times the memory of
    /// its text.
    static let maximumHeaderLength = 16 << 20

    /// Reads a whole file.
    ///
    /// - Throws: `SafetensorsError` when the header is too long, is not strict JSON, names an unknown element type or a
    ///   name twice, or when the tensors do not cover the byte buffer exactly, without overlap and without a hole.
    public static func decode(_ file: [UInt8]) throws(SafetensorsError) -> Checkpoint {
        guard file.count >= 8 else {
            throw SafetensorsError("the file is shorter than the 8 bytes of its length field")
        }
        let length = file[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(maximumHeaderLength) else {
            throw SafetensorsError("the header claims \(length) bytes, at most \(maximumHeaderLength) are read")
        }
        guard length <= UInt64(file.count - 8) else {
            throw SafetensorsError("the header claims \(length) bytes, the file has \(file.count - 8) left")
        }
        let start = 8 + Int(length)
        guard length > 0, file[8] == UInt8(ascii: "{") else {
            throw SafetensorsError("the header does not begin with an opening brace")
        }
        let header = try parse(Array(file[8..<start]))

        var checkpoint = Checkpoint()
        var ranges: [(begin: Int, end: Int, name: String)] = []
        for name in header.keys {
            guard let value = header[name] else { continue }
            if name == metadataKey {
                checkpoint.metadata = try metadata(value)
            } else {
                let entry = try Entry(name: name, value, bufferCount: file.count - start)
                ranges.append((entry.begin, entry.end, name))
                let bytes = Array(file[(start + entry.begin)..<(start + entry.end)])
                checkpoint.put(
                    StoredTensor(name: name, elementType: entry.elementType, shape: entry.shape, bytes: bytes))
            }
        }
        try requireCover(ranges, count: file.count - start)
        return checkpoint
    }

    private static func parse(_ header: [UInt8]) throws(SafetensorsError) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: header)
        } catch {
            throw SafetensorsError("the header is not valid: \(error)")
        }
        guard let object = value.object else { throw SafetensorsError("the header is not a JSON object") }
        return object
    }

    private static func metadata(_ value: JSONValue) throws(SafetensorsError) -> [String: String] {
        guard let object = value.object else { throw SafetensorsError("'\(metadataKey)' is not an object") }
        var metadata: [String: String] = [:]
        for key in object.keys {
            guard let text = object[key]?.string else {
                throw SafetensorsError(
                    "'\(metadataKey)' maps '\(key.printable(limit: 60))' to something else than text")
            }
            metadata[key] = text
        }
        return metadata
    }

    /// Every byte of the buffer belongs to exactly one tensor.
    private static func requireCover(
        _ ranges: [(begin: Int, end: Int, name: String)], count: Int
    ) throws(SafetensorsError) {
        var covered = 0
        for range in ranges.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
            guard range.begin == covered else {
                let fault = range.begin < covered ? "overlaps another tensor" : "leaves a hole before it"
                throw SafetensorsError("tensor '\(range.name.printable(limit: 60))' \(fault)")
            }
            covered = range.end
        }
        guard covered == count else { throw SafetensorsError("\(count - covered) bytes belong to no tensor") }
    }

    /// What the header says about one tensor, checked.
    private struct Entry {
        let elementType: StoredTensor.ElementType
        let shape: [Int]
        let begin: Int
        let end: Int

        init(name: String, _ value: JSONValue, bufferCount: Int) throws(SafetensorsError) {
            func failure(_ reason: String) -> SafetensorsError {
                SafetensorsError("tensor '\(name.printable(limit: 60))' \(reason)")
            }
            guard let object = value.object, Set(object.keys) == ["dtype", "shape", "data_offsets"] else {
                throw failure("does not have exactly the keys dtype, shape and data_offsets")
            }
            let typeName = object["dtype"]?.string ?? ""
            guard let elementType = StoredTensor.ElementType(rawValue: typeName) else {
                throw failure("has the unknown dtype '\(typeName.printable(limit: 20))'")
            }
            guard let lengths = object["shape"]?.array, lengths.count <= 64 else { throw failure("has no valid shape") }
            var shape: [Int] = []
            var byteCount = elementType.size
            for length in lengths {
                guard let length = length.wholeNumber, length >= 0 else { throw failure("has no valid shape") }
                let (product, overflow) = byteCount.multipliedReportingOverflow(by: length)
                guard !overflow else { throw failure("is larger than memory") }
                byteCount = product
                shape.append(length)
            }
            guard let offsets = object["data_offsets"]?.array, offsets.count == 2,
                let begin = offsets[0].wholeNumber, let end = offsets[1].wholeNumber, begin >= 0, begin <= end,
                end <= bufferCount
            else {
                throw failure("has offsets outside the \(bufferCount) bytes of the buffer")
            }
            guard end - begin == byteCount else {
                throw failure("has \(end - begin) bytes, its shape and dtype need \(byteCount)")
            }
            self.elementType = elementType
            self.shape = shape
            self.begin = begin
            self.end = end
        }
    }
}
