// SPDX-License-Identifier: Apache-2.0
// Decompression of gzip data piece by piece, so that a reader decides how much it is willing to take.

import CZlib

/// Decodes the gzip members of a byte array one after the other.
///
/// Belongs to one thread. Memory grows with what is asked for, never with what a file claims.
final class GzipDecoder {
    private let path: String
    private let input: [UInt8]
    /// Bytes of the input that zlib has taken.
    private var consumed = 0
    private var isAtEnd = false
    /// On the heap because zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Where zlib writes before the bytes go to whoever asked.
    private let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)

    /// Whether bytes start like a gzip file.
    static func recognizes(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    init(_ input: [UInt8], path: String) throws(DatasetError) {
        self.input = input
        self.path = path
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard elbo_inflate_init_gzip(stream) == Z_OK else {
            stream.deallocate()
            piece.deallocate()
            throw DatasetError(.unreadable, path, found: "no memory for zlib", allowed: "some memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        piece.deallocate()
    }

    /// Most bytes that can still come.
    ///
    /// Deflate makes at most 1032 of each byte of input, and zlib may hold back output for input it has taken.
    var mostBytesLeft: Int { isAtEnd ? 0 : input.count * 1032 }

    /// Appends up to `count` decoded bytes to `output`; fewer only at the end of the data.
    func read(_ count: Int, into output: inout [UInt8]) throws(DatasetError) {
        var wanted = count
        // Piece by piece: a hostile header cannot make the array larger than what really comes.
        while wanted > 0, !isAtEnd {
            let received = try decode(atMost: min(wanted, piece.count))
            output.append(contentsOf: piece[..<received])
            wanted -= received
        }
    }

    private func decode(atMost count: Int) throws(DatasetError) -> Int {
        // zlib counts with 32 bits.
        let available = min(input.count - consumed, Int(UInt32.max >> 1))
        let status = input.withUnsafeBufferPointer { source in
            // zlib does not write to its input; the pointer is mutable for old compilers only.
            stream.pointee.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
            stream.pointee.avail_in = UInt32(available)
            stream.pointee.next_out = piece.baseAddress
            stream.pointee.avail_out = UInt32(count)
            return inflate(stream, Z_NO_FLUSH)
        }
        consumed += available - Int(stream.pointee.avail_in)
        switch status {
        case Z_OK:
            break
        case Z_STREAM_END:
            try finishMember()
        case Z_BUF_ERROR where consumed == input.count:
            throw DatasetError(
                .truncated, path, at: "byte \(consumed)", found: "the end of the file inside the compressed data",
                allowed: "a complete gzip file")
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
            throw DatasetError(.corrupted, path, at: "byte \(consumed)", found: reason, allowed: "valid gzip data")
        }
        return count - Int(stream.pointee.avail_out)
    }

    /// After a member: another one, or the end of the file.
    private func finishMember() throws(DatasetError) {
        if consumed == input.count {
            isAtEnd = true
        } else if GzipDecoder.recognizes(Array(input[consumed..<min(consumed + 2, input.count)])) {
            inflateReset(stream)
        } else {
            throw DatasetError(
                .corrupted, path, at: "byte \(consumed)", found: "bytes after the compressed data",
                allowed: "the end of the file")
        }
    }
}
