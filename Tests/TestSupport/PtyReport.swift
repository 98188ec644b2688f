// SPDX-License-Identifier: Apache-2.0
// A second channel from a program under test, for what must be known while nobody reads its terminal or when that is
// gone: a named pipe into which the program writes lines.

internal import Glibc

/// Lines that a program writes to a named pipe.
public final class PtyReport {
    /// The pipe, to be told to the program.
    public let path: String
    private let descriptor: Int32
    private let directory: String
    private var pending: [UInt8] = []

    /// Creates the pipe in a directory of its own.
    public init() throws {
        var template = Array(
            "\(getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir)/pty-report-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw PtyError(message: "no temporary directory") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = directory + "/lines"
        guard mkfifo(path, 0o600) == 0 else { throw PtyError(message: "no named pipe") }
        // Opened for both directions, so that it neither waits for a writer nor ends with one.
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    }

    deinit {
        close(descriptor)
        unlink(path)
        rmdir(directory)
    }

    /// The next line; `nil` when none comes.
    public func nextLine(seconds: Double = PtyProgram.patienceSeconds) -> String? {
        let deadline = Deadline(seconds: seconds)
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                defer { pending.removeFirst(end + 1) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard !deadline.isOver, poll(&entry, 1, deadline.milliseconds) > 0 else { return nil }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { pending += buffer.prefix(count) }
        }
    }
}
