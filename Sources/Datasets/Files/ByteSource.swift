// SPDX-License-Identifier: Apache-2.0
// The bytes of a data file from the front, whether it is compressed or not.

/// Reads a file, plain or gzip (told apart by its first bytes), from the front to the end.
///
/// Belongs to one thread. Offsets in messages count decoded bytes.
final class ByteSource {
    let path: String
    /// Decoded bytes read so far.
    private(set) var offset = 0
    private let bytes: [UInt8]
    private let decoder: GzipDecoder?

    /// No data file of a kind read here is larger, compressed or not.
    static let largestFile = 1 << 31

    init(_ path: String) throws(DatasetError) {
        self.path = path
        bytes = try contentsOfFile(path, limit: Self.largestFile)
        decoder = GzipDecoder.recognizes(bytes) ? try GzipDecoder(bytes, path: path) : nil
    }

    /// The most that can still come: exact for a plain file, an upper bound for a compressed one.
    var mostBytesLeft: Int { decoder?.mostBytesLeft ?? bytes.count - offset }

    /// Exactly `count` bytes.
    ///
    /// - Throws: `truncated` when there are fewer; `tooLarge` before anything is allocated when the file cannot hold them.
    func read(_ count: Int, of what: String) throws(DatasetError) -> [UInt8] {
        let left = min(mostBytesLeft, Self.largestFile)
        guard count <= left else {
            // Of a compressed file that has not ended, only a bound is known.
            throw DatasetError(
                decoder != nil && left > 0 ? .tooLarge : .truncated, path, at: "byte \(offset)",
                found: "\(what) of \(count) bytes", allowed: "at most the \(left) bytes that can be left")
        }
        let result = try readUpTo(count)
        guard result.count == count else {
            throw DatasetError(
                .truncated, path, at: "byte \(offset)", found: "\(result.count) bytes of \(what)",
                allowed: "\(count) bytes")
        }
        return result
    }

    /// All bytes that are left, which must not be more than `limit`.
    func readToEnd(limit: Int) throws(DatasetError) -> [UInt8] {
        let result = try readUpTo(limit)
        try expectEnd("at most \(limit) bytes")
        return result
    }

    /// Fails when bytes are left.
    func expectEnd(_ allowed: String) throws(DatasetError) {
        guard try readUpTo(1).isEmpty else {
            throw DatasetError(.corrupted, path, at: "byte \(offset - 1)", found: "further bytes", allowed: allowed)
        }
    }

    /// A big-endian 32-bit number.
    func readUInt32(of what: String) throws(DatasetError) -> UInt32 {
        try read(4, of: what).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func readUpTo(_ count: Int) throws(DatasetError) -> [UInt8] {
        var result: [UInt8] = []
        if let decoder {
            try decoder.read(count, into: &result)
        } else {
            result = Array(bytes[offset..<min(offset + count, bytes.count)])
        }
        offset += result.count
        return result
    }
}
