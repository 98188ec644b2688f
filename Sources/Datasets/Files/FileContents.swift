// SPDX-License-Identifier: Apache-2.0
// Whole files as bytes, with a limit and with the system's reason when it fails.

import Glibc

/// Whether a regular file with this path exists.
func fileExists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// The bytes of a regular file.
///
/// - Throws: `notFound`, `unreadable`, `tooLarge` beyond `limit` bytes, `truncated` when it shrinks while being read.
func contentsOfFile(_ path: String, limit: Int) throws(DatasetError) -> [UInt8] {
    // O_NONBLOCK: opening a pipe must not wait for a writer; regular files do not care.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
        let reason = String(cString: strerror(errno))
        throw DatasetError(
            errno == ENOENT ? .notFound : .unreadable, path, found: reason, allowed: "a readable file")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw DatasetError(.unreadable, path, found: "something other than a file", allowed: "a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
        throw DatasetError(.tooLarge, path, found: "\(size) bytes", allowed: "at most \(limit) bytes")
    }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
            let received = read(descriptor, buffer.baseAddress! + count, size - count)
            if received < 0, errno == EINTR { continue }
            if received <= 0 {
                failure = received < 0 ? errno : 0
                return
            }
            count += received
        }
    }
    guard bytes.count == size else {
        if failure == 0 {
            throw DatasetError(.truncated, path, found: "\(bytes.count) bytes", allowed: "\(size) bytes")
        }
        throw DatasetError(
            .unreadable, path, at: "byte \(bytes.count)", found: String(cString: strerror(failure)),
            allowed: "a readable file")
    }
    return bytes
}
