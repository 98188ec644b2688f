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
            throw DatasetError(.unreadable, path, found: "no memory for zlib", allowed: "some memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Most bytes that deflate can make of the rest of the input: 1032 for each.
    var mostBytesLeft: Int { (input.count - consumed) * 1032 + pendingOutput }

    // zlib may hold one window of output for input it has already taken.
    private var pendingOutput: Int { isAtEnd ? 0 : 65_536 }

    /// Appends up to `count` decoded bytes to `output`; fewer only at the end of the data.
    func read(_ count: Int, into output: inout [UInt8]) throws(DatasetError) {
        var wanted = count
        // Pieces of at most 1 MiB: a hostile header cannot make the array larger than what really comes.
        while wanted > 0, !isAtEnd {
            let piece = min(wanted, 1 << 20)
            let start = output.count
            output.append(contentsOf: repeatElement(0, count: piece))
            let received = try decode(into: &output, from: start, capacity: piece)
            output.removeLast(piece - received)
            wanted -= received
        }
    }

    private func decode(into output: inout [UInt8], from start: Int, capacity: Int) throws(DatasetError) -> Int {
        var status = Z_OK
        // zlib counts with 32 bits.
        let available = min(input.count - consumed, Int(UInt32.max >> 1))
        let produced = output.withUnsafeMutableBufferPointer { out in
            input.withUnsafeBufferPointer { source in
                // zlib does not write to its input; the pointer is mutable for old compilers only.
                stream.pointee.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
                stream.pointee.avail_in = UInt32(available)
                stream.pointee.next_out = out.baseAddress! + start
                stream.pointee.avail_out = UInt32(capacity)
                status = inflate(stream, Z_NO_FLUSH)
                return capacity - Int(stream.pointee.avail_out)
            }
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
        return produced
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
