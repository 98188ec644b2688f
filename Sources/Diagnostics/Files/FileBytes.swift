// SPDX-License-Identifier: Apache-2.0
// Whole files as bytes, with a limit. Pipes are read to their end, so that draws can come from another program.

import Glibc

/// No file of draws is larger: 2^31 bytes are 200 million numbers.
let largestDrawsFile = 1 << 31

/// All bytes of a file or a pipe.
///
/// - Throws: `DrawsFileError` when it is missing, unreadable, a folder, or longer than `limit` bytes.
func fileBytes(_ path: String, limit: Int = largestDrawsFile) throws(DrawsFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw systemError(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw systemError(path) }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFIFO else {
        throw DrawsFileError(path, found: kind == S_IFDIR ? "a folder" : "a device", allowed: "a file or a pipe")
    }
    var bytes = [UInt8](repeating: 0, count: max(1 << 16, min(Int(status.st_size) + 1, limit + 1)))
    var count = 0
    while true {
        let received = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
        if received < 0, errno == EINTR { continue }
        guard received >= 0 else { throw systemError(path) }
        if received == 0 { break }
        count += received
        guard count <= limit else {
            throw DrawsFileError(path, found: "more than \(limit) bytes", allowed: "at most \(limit) bytes")
        }
        if count == bytes.count { bytes += [UInt8](repeating: 0, count: min(count, limit + 1 - count)) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}

private func systemError(_ path: String) -> DrawsFileError {
    DrawsFileError(path, found: String(cString: strerror(errno)), allowed: "a readable file")
}
