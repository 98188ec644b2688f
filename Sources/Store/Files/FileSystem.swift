// SPDX-License-Identifier: Apache-2.0
// The few file operations of the store, with errors that name the path. Durable where the name says so.
import Glibc

/// File operations that throw `StoreError`.
enum FileSystem {
    /// Whether anything has this path, a broken link included.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Whether the path is a directory, following links.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Creates a directory and those above it; fine when it exists.
    static func makeDirectories(_ path: String) throws(StoreError) {
        if isDirectory(path) { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeDirectories(String(path[..<slash]))
        }
        if mkdir(path, 0o777) == 0 { return }
        let number = errno
        if number == EEXIST, isDirectory(path) { return }
        throw StoreError(errno: number == EEXIST ? ENOTDIR : number, "Cannot create the folder", path)
    }

    /// Creates a directory that must not exist yet, in one that does.
    static func makeDirectory(_ path: String) throws(StoreError) {
        if mkdir(path, 0o777) != 0 { throw StoreError(errno: errno, "Cannot create the folder", path) }
    }

    /// Writes a new file and makes its content durable; removes it again when that fails.
    ///
    /// - Parameter body: receives a function that takes the next bytes.
    static func writeDurably(
        _ path: String,
        _ body: ((UnsafeRawBufferPointer) throws(StoreError) -> Void) throws(StoreError) -> Void
    ) throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw StoreError(errno: errno, "Cannot create", path) }
        do throws(StoreError) {
            try body { (bytes) throws(StoreError) in try write(bytes, to: descriptor, path) }
            if fsync(descriptor) != 0 { throw StoreError(errno: errno, "Cannot make durable", path) }
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        // A network file system may report a full disk only here.
        if close(descriptor) != 0 {
            let number = errno
            unlink(path)
            throw StoreError(errno: number, "Cannot write", path)
        }
    }

    /// Writes a new file with this content; durable, or not there.
    static func writeDurably(_ path: String, _ text: String) throws(StoreError) {
        var text = text
        try writeDurably(path) { (put) throws(StoreError) in
            let result = text.withUTF8 { bytes in
                Result { () throws(StoreError) in try put(UnsafeRawBufferPointer(bytes)) }
            }
            try result.get()
        }
    }

    /// Gives a file or directory another name in the same file system.
    static func rename(_ path: String, to newPath: String) throws(StoreError) {
        if Glibc.rename(path, newPath) != 0 { throw StoreError(errno: errno, "Cannot create", newPath) }
    }

    /// Makes the entries of a directory durable.
    static func synchronizeDirectory(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw StoreError(errno: errno, "Cannot open the folder", path) }
        defer { close(descriptor) }
        // Some file systems have nothing to synchronize for directories and say EINVAL.
        if fsync(descriptor) != 0, errno != EINVAL {
            throw StoreError(errno: errno, "Cannot make durable the folder", path)
        }
    }

    /// The names in a directory without `.` and `..`, sorted.
    static func names(in path: String) throws(StoreError) -> [String] {
        guard let stream = opendir(path) else { throw StoreError(errno: errno, "Cannot list the folder", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Reads a whole regular file.
    static func read(_ path: String) throws(StoreError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw StoreError(errno: errno, "Cannot open", path) }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) != 0 { throw StoreError(errno: errno, "Cannot read", path) }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let got = Glibc.read(descriptor, buffer.baseAddress! + count, buffer.count - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if failure != 0 { throw StoreError(errno: failure, "Cannot read", path) }
        return bytes
    }

    /// The first 4096 bytes of a file that has no size, such as those of `/proc`; empty when it cannot be read.
    static func readUnsized(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return [] }
        defer { close(descriptor) }
        return [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
        }
    }

    /// Removes a file or a directory with everything in it; links are removed, not followed.
    static func removeTree(_ path: String) throws(StoreError) {
        var status = stat()
        if lstat(path, &status) != 0 {
            if errno == ENOENT { return }
            throw StoreError(errno: errno, "Cannot delete", path)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try removeTree(path + "/" + name) }
            if rmdir(path) != 0 { throw StoreError(errno: errno, "Cannot delete the folder", path) }
        } else if unlink(path) != 0 {
            throw StoreError(errno: errno, "Cannot delete", path)
        }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String
    ) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreError(errno: errno, "Cannot write", path)
            }
            done += count
        }
    }
}
