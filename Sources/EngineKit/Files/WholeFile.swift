// SPDX-License-Identifier: Apache-2.0
// Reads small and large files whole, with a limit and an error that names the file. Not for streams.
import Glibc

/// Why a file could not be used; the text names the file and says what to do where that is known.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence shown to the user.
    public var description: String

    /// Creates an error from its sentence.
    public init(_ description: String) {
        self.description = description
    }

    /// An error from a failed system call.
    ///
    /// - Parameters:
    ///   - action: what was tried, such as `read`.
    ///   - code: the value of `errno`.
    public init(_ action: String, _ path: String, code: Int32) {
        let reason =
            switch code {
            case ENOSPC, EDQUOT: "no space left on the disk"
            case EROFS: "the disk is mounted read-only"
            case EACCES, EPERM: "permission denied"
            case ENOENT: "no such file or folder"
            default: String(cString: strerror(code))
            }
        self.init("Cannot \(action) \(path.printable()): \(reason).")
    }
}

/// All bytes of a regular file.
///
/// - Throws: `FileError` when the file is missing, unreadable, no regular file, or longer than `limit` bytes.
public func readWholeFile(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    // O_NONBLOCK: opening a named pipe must fail the check below instead of waiting for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("read", path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError("read", path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("Cannot read \(path.printable()): not a file.") }
    guard status.st_size <= limit else {
        throw FileError("Cannot read \(path.printable()): \(status.st_size) bytes, at most \(limit) are allowed.")
    }
    let count = Int(status.st_size)
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
            let part = read(descriptor, buffer.baseAddress! + filled, count - filled)
            if part < 0, errno == EINTR { continue }
            if part < 0 { failure = errno }
            if part <= 0 { break }
            filled += part
        }
    }
    if failure != 0 { throw FileError("read", path, code: failure) }
    return bytes
}
