// SPDX-License-Identifier: Apache-2.0
// Standard output and error while the screen is shown: a pipe whose lines go to the log pane, so that a stray print
// (of a library, of the loader, of ours) becomes a log line and never wrecks the screen.

internal import CPlatform
internal import Glibc

/// Diverts descriptors 1 and 2 into a pipe for as long as it lives, where they led to the terminal.
final class CapturedOutput {
    /// Lines kept for printing after the screen is gone.
    static let tailLimit = 20
    /// Bytes after which a line without an end is taken as it is.
    static let lineLimit = 4096

    /// Becomes readable when something was printed.
    let readEnd: Int32
    /// What descriptor 1 was, or -1 when it was left alone.
    let standardOutput: Int32
    /// What descriptor 2 was, or -1 when it was left alone.
    let standardError: Int32
    /// The last lines printed.
    private(set) var tail: [String] = []

    private var partial: [UInt8] = []
    private var isReleased = false

    /// Starts capturing.
    ///
    /// A descriptor that the user redirected to a file keeps going there.
    init() throws(TerminalError) {
        elbo_line_buffer_output()
        fflush(nil)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "opening a pipe", code: errno) }
        readEnd = ends[0]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // Also the writing end: whoever prints more than the pipe holds loses text instead of hanging, which
            // matters most when it is the thread that would have to read it.
            setNonBlocking(end, true)
        }
        standardOutput = isatty(1) == 1 ? try duplicate(1) : -1
        standardError = isatty(2) == 1 ? try duplicate(2) : -1
        if standardOutput >= 0 { dup2(ends[1], 1) }
        if standardError >= 0 { dup2(ends[1], 2) }
        close(ends[1])
    }

    deinit {
        release()
        close(readEnd)
        if standardOutput >= 0 { close(standardOutput) }
        if standardError >= 0 { close(standardError) }
    }

    /// The complete lines printed since the last call, in order.
    func takeLines() -> [String] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var lines: [String] = []
        // A printing loop must not hold the event loop: the rest is taken in the next round.
        for _ in 0..<16 {
            let count = read(readEnd, &buffer, buffer.count)
            guard count > 0 else { break }
            for byte in buffer.prefix(count) {
                if byte != 0x0A { partial.append(byte) }
                if byte == 0x0A || partial.count >= Self.lineLimit { lines.append(finishLine()) }
            }
        }
        tail = (tail + lines).suffix(Self.tailLimit)
        return lines
    }

    private func finishLine() -> String {
        if partial.last == 0x0D { partial.removeLast() }
        defer { partial.removeAll(keepingCapacity: true) }
        return String(decoding: partial, as: UTF8.self)
    }

    /// Gives the descriptors back and returns the last lines printed, the unfinished one included.
    @discardableResult
    func release() -> [String] {
        guard !isReleased else { return [] }
        isReleased = true
        fflush(nil)
        _ = takeLines()
        if !partial.isEmpty { tail = (tail + [finishLine()]).suffix(Self.tailLimit) }
        if standardOutput >= 0 { dup2(standardOutput, 1) }
        if standardError >= 0 { dup2(standardError, 2) }
        return tail
    }
}
