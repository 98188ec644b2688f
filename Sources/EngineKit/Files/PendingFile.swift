// SPDX-License-Identifier: Apache-2.0
// Writing a file so that it appears under its name complete or not at all. Reading whole files is in WholeFile.swift.
import Glibc

/// A file under a temporary name beside its own; it gets its name by `publish`, and is removed when that never happens.
///
/// Belongs to one thread.
public final class PendingFile {
    /// The name that the file shall get.
    public let path: String
    /// Where it is until then.
    public let temporaryPath: String
    private var descriptor: Int32
    private var isPublished = false

    /// Begins an empty file.
    ///
    /// - Throws: `FileError` when the folder is missing or may not be written, or when the name is that of a folder.
    public init(_ path: String) throws(FileError) {
        self.path = path
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw FileError("write", path, code: EISDIR)
        }
        temporaryPath = "\(path).\(getpid()).partial"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw FileError("write", path, code: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isPublished { unlink(temporaryPath) }
    }

    /// Adds bytes at the end.
    ///
    /// - Throws: `FileError`, such as for a full disk.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw FileError("write", path, code: errno) }
            done += count
        }
    }

    /// Adds text at the end.
    ///
    /// - Throws: `FileError`, such as for a full disk.
    public func write(_ text: String) throws(FileError) {
        let bytes = Array(text.utf8)
        let result: Result<Void, FileError> = bytes.withUnsafeBytes { buffer in
            do throws(FileError) { return .success(try write(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Makes what was written durable, so that it can be read back under `temporaryPath`; nothing can be added then.
    ///
    /// - Throws: `FileError` when the disk cannot take it.
    public func finish() throws(FileError) {
        guard descriptor >= 0 else { return }
        // A network file system may report a full disk only when the file is closed.
        let failure = fsync(descriptor) != 0 ? errno : 0
        let closing = close(descriptor) != 0 ? errno : 0
        descriptor = -1
        if failure != 0 || closing != 0 { throw FileError("write", path, code: failure != 0 ? failure : closing) }
    }

    /// Gives the file its name, replacing an older one in the same moment.
    ///
    /// - Throws: `FileError` when the file cannot get its name.
    public func publish() throws(FileError) {
        try finish()
        if rename(temporaryPath, path) != 0 { throw FileError("write", path, code: errno) }
        isPublished = true
    }
}
