// SPDX-License-Identifier: Apache-2.0
// A real program in a real terminal, driven by a test: keys in, bytes out, size, signals, end. Waits are for bytes or
// for the end of the program, with a deadline, never for time.

internal import CTestSupport
internal import Glibc
public import Testing

/// How a program ended.
public enum ProgramEnd: Hashable, Sendable {
    /// It returned or called `exit`.
    case exited(Int32)
    /// A signal ended it.
    case killed(Int32)
}

/// A program that runs in a pseudo terminal of its own, used by one thread.
public final class PtyProgram {
    /// How long waits last before they fail; far above what a busy machine needs.
    public static let patienceSeconds = 20.0

    /// Its process.
    public let process: Int32
    /// All bytes it wrote so far, as far as they were read.
    public private(set) var output: [UInt8] = []
    /// What the terminal shows, by an own small emulator.
    public private(set) var screen: PtyScreen
    /// Whether the other end was closed by all who had it open.
    public private(set) var isClosed = false
    private let initialModes: termios

    private var master: Int32
    private var mark = 0
    private var end: ProgramEnd?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the executable.
    ///   - arguments: without the program's name.
    ///   - environment: the whole environment; nothing is inherited but `PATH` and `HOME`.
    /// - Throws: `PtyError` when there is no pseudo terminal.
    public init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = ["TERM": "xterm-256color"],
        columns: Int = 80, rows: Int = 24
    ) throws {
        var variables = environment
        for name in ["PATH", "HOME"] where variables[name] == nil {
            variables[name] = getenv(name).map { String(cString: $0) }
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        var opened: Int32 = -1
        process = elbo_pty_spawn(path, &words, &settings, Int32(columns), Int32(rows), &opened)
        guard process > 0 else { throw PtyError(message: "no pseudo terminal: error \(-process)") }
        master = opened
        screen = PtyScreen(columns: columns, rows: rows)
        var modes = termios()
        tcgetattr(opened, &modes)
        initialModes = modes
    }

    deinit {
        if end == nil {
            kill(process, SIGKILL)
            kill(process, SIGCONT)
            var status: Int32 = 0
            _ = elbo_wait_for_exit(process, 5000, &status)
        }
        if master >= 0 { close(master) }
    }

    /// Types text.
    public func send(_ text: String) { send(Array(text.utf8)) }

    /// Types bytes; what the terminal cannot take at once is sent while reading what the program writes.
    public func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        let deadline = Deadline(seconds: Self.patienceSeconds)
        while !rest.isEmpty && !deadline.isOver {
            let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else { readSome(milliseconds: 50, events: POLLIN | POLLOUT) }
        }
    }

    /// Changes the size of the terminal.
    public func resize(columns: Int, rows: Int) {
        _ = elbo_pty_resize(master, Int32(columns), Int32(rows))
        screen.resize(columns: columns, rows: rows)
    }

    /// Sends a signal to the program.
    public func signal(_ number: Int32) { kill(process, number) }

    private var modes: termios {
        var modes = termios()
        if master >= 0 { tcgetattr(master, &modes) }
        return modes
    }

    /// Sends a signal to whatever is in the foreground of the terminal, such as a job of a shell.
    public func signalForeground(_ number: Int32) {
        let group = tcgetpgrp(master)
        if group > 0 { killpg(group, number) }
    }

    /// Whether the modes are those from before the start.
    public var hasInitialModes: Bool {
        let (now, before) = (modes, initialModes)
        return now.c_iflag == before.c_iflag && now.c_oflag == before.c_oflag && now.c_cflag == before.c_cflag
            && now.c_lflag == before.c_lflag
    }

    /// Closes the terminal under the program, as a lost link does.
    public func hangUp() {
        close(master)
        master = -1
        isClosed = true
    }

    /// Reads until `condition` holds.
    ///
    /// - Returns: whether it held before the deadline.
    @discardableResult
    public func wait(seconds: Double = patienceSeconds, until condition: (PtyProgram) -> Bool) -> Bool {
        let deadline = Deadline(seconds: seconds)
        while !condition(self) {
            if deadline.isOver || isClosed { return condition(self) }
            readSome(milliseconds: deadline.milliseconds, events: POLLIN)
        }
        return true
    }

    /// Expects the screen to show a text, waiting for it.
    public func expectScreen(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let isShown = wait { $0.screen.text.contains(text) }
        #expect(isShown, "the screen shows\n\(screen.text)", sourceLocation: sourceLocation)
    }

    /// Expects these bytes after those of the last call, waiting for them.
    public func expectBytes(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let wanted = Array(text.utf8)
        var found: Int?
        wait { program in
            found = program.output.position(of: wanted, from: program.mark)
            return found != nil
        }
        if let found {
            mark = found + wanted.count
        } else {
            let rest = String(decoding: output[mark...], as: UTF8.self).debugDescription
            Issue.record("\(text.debugDescription) does not come, but \(rest)", sourceLocation: sourceLocation)
        }
    }

    /// Forgets what was written so far, for `expectBytes` and `bytesSinceMark`.
    public func setMark() { mark = output.count }

    /// Bytes read since the mark.
    public var bytesSinceMark: [UInt8] { Array(output[mark...]) }

    /// Waits for the end of the program while reading what it writes; `nil` when it does not end.
    public func waitForEnd(seconds: Double = patienceSeconds) -> ProgramEnd? {
        let deadline = Deadline(seconds: seconds)
        while end == nil && !deadline.isOver {
            if !isClosed { readSome(milliseconds: 10, events: POLLIN) }
            var status: Int32 = 0
            if elbo_wait_for_exit(process, isClosed ? 200 : 0, &status) == 1 {
                end = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
            }
        }
        // The kernel hands the last bytes on in its own time; then it reports the end, unless others hold the terminal.
        while !isClosed && readSome(milliseconds: 1000, events: POLLIN) {}
        return end
    }

    /// Reads at most this many bytes, waiting for the first: a link with a small bandwidth.
    public func readSlowly(atMost count: Int) { readSome(milliseconds: 1000, events: POLLIN, limit: count) }

    @discardableResult
    private func readSome(milliseconds: Int32, events: Int32, limit: Int = 65536) -> Bool {
        guard master >= 0 else { return false }
        var entry = pollfd(fd: master, events: Int16(events), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return false }
        guard Int32(entry.revents) & (POLLIN | POLLHUP | POLLERR) != 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = read(master, &buffer, limit)
        if count > 0 {
            output += buffer.prefix(count)
            screen.feed(buffer.prefix(count))
            return true
        }
        // EIO: nobody has the other end open any more.
        if count == 0 || errno != EAGAIN { isClosed = true }
        return false
    }
}

/// Why there is no program to test.
public struct PtyError: Error {
    /// What failed.
    public var message: String
}

/// A point in time after which a test gives up.
struct Deadline {
    private let time: ContinuousClock.Instant

    init(seconds: Double) { time = .now + .seconds(seconds) }

    var isOver: Bool { ContinuousClock.now >= time }

    /// Milliseconds left, at least 1.
    var milliseconds: Int32 {
        let rest = (time - ContinuousClock.now).components
        return Int32(max(1, Double(rest.seconds) * 1e3 + Double(rest.attoseconds) / 1e15))
    }
}

extension [UInt8] {
    /// The first position of a sequence at or after `start`.
    public func position(of wanted: [UInt8], from start: Int = 0) -> Int? {
        guard wanted.count <= count - start, start >= 0 else { return nil }
        return (start...(count - wanted.count)).first { self[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }

    /// Whether the sequence occurs.
    public func contains(_ text: String) -> Bool { position(of: Array(text.utf8)) != nil }
}
