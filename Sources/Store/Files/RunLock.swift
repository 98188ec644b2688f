// SPDX-License-Identifier: Apache-2.0
// Who works on a run: a lock that the kernel gives back however its process ends.
import EngineKit
import Glibc

/// The exclusive lock of a run's folder, held by its writer.
///
/// An open file description lock on an own file: SQLite's locks are per process and would be lost by opening the
/// database file once more. It excludes a second writer in the same process too, works over NFS, and can be tested
/// without being taken, so that looking at a run never disturbs a writer that is just starting.
struct RunLock: ~Copyable {
    private let descriptor: Int32

    /// Linux's `F_OFD_GETLK`, `F_OFD_SETLK` (fcntl.h); hidden from Swift by a feature macro.
    private static let test: Int32 = 36
    private static let set: Int32 = 37

    /// Takes the lock of a file, which is created when missing.
    ///
    /// File systems without locks are accepted: the heartbeat in the database has to do there.
    ///
    /// - Throws: `StoreError` with the code `inUse` when it is taken.
    init(path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        if descriptor < 0 { throw StoreError(errno: errno, "Cannot open", path) }
        var request = Self.wholeFile
        if fcntl(descriptor, Self.set, &request) != 0, errno == EAGAIN || errno == EACCES {
            close(descriptor)
            throw StoreError(.inUse, "The lock '\(path.printable())' is held by another writer.")
        }
        self.descriptor = descriptor
    }

    /// Gives the lock back at once, also where a process that is just being started still shares the descriptor: between
    /// fork and exec it holds a copy, and closing ours alone would leave the run locked for that moment.
    deinit {
        var request = Self.wholeFile
        request.l_type = Int16(F_UNLCK)
        _ = fcntl(descriptor, Self.set, &request)
        close(descriptor)
    }

    /// Whether somebody holds the lock; `nil` when the file system cannot tell.
    static func isHeld(path: String) -> Bool? {
        // For writing, since only then can an exclusive lock be asked about; nothing is written.
        var descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return false }
        if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var request = wholeFile
        if fcntl(descriptor, test, &request) != 0 { return nil }
        return request.l_type != Int16(F_UNLCK)
    }

    private static var wholeFile: flock {
        flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}

/// Identifies the running kernel, on which process identifiers and locks can be trusted; changes with each boot.
let machineIdentifier: String = {
    let bytes = FileSystem.readUnsized("/proc/sys/kernel/random/boot_id")
    return String(decoding: bytes.prefix { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
}()
