// SPDX-License-Identifier: Apache-2.0
// The terminal as a device: own descriptor, modes, size, reading and writing without ever waiting. Knows no escape
// sequences.

internal import CPlatform
internal import Glibc

/// Size of a terminal in cells.
public struct ScreenSize: Hashable, Sendable {
    /// Columns, at least 1.
    public var columns: Int
    /// Rows, at least 1.
    public var rows: Int

    /// Creates a size.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// The terminal device, owned by one thread.
///
/// It is opened anew instead of duplicated, so that non-blocking mode stays private: on a shared open file it would
/// reach the shell, and a blocking write to a terminal whose link is dead would freeze the program.
final class TerminalDevice {
    /// What a read brought.
    enum Input: Equatable {
        case bytes([UInt8])
        case nothing
        case lost
    }

    let descriptor: Int32
    /// Whether the other end went away; nothing is read or written from then on.
    private(set) var isLost = false
    private let isPrivate: Bool
    private var savedModes = termios()
    private var pending: [UInt8] = []
    private var sent = 0

    /// Takes over the terminal behind `standardOutput`.
    ///
    /// - Throws: `notATerminal`, or `system` when no descriptor is left.
    init(standardOutput: Int32) throws(TerminalError) {
        guard isatty(standardOutput) == 1 else { throw .notATerminal }
        let opened = elbo_reopen_terminal(standardOutput)
        isPrivate = opened >= 0
        descriptor = opened >= 0 ? opened : try duplicate(standardOutput)
        guard tcgetattr(descriptor, &savedModes) == 0 else {
            let code = errno
            close(descriptor)
            throw .system(call: "reading the terminal modes", code: code)
        }
    }

    deinit { close(descriptor) }

    /// The modes that were found, to be set back.
    var shellModes: termios { savedModes }

    /// Whether the process may draw; false after `bg`.
    var isInForeground: Bool { elbo_in_foreground(descriptor) != 0 }

    /// The size now; `nil` when the terminal does not know it.
    var size: ScreenSize? {
        var (columns, rows): (Int32, Int32) = (0, 0)
        guard elbo_terminal_size(descriptor, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
        return ScreenSize(columns: Int(columns), rows: Int(rows))
    }

    /// Bytes accepted by `send` that the terminal did not take yet.
    var backlog: Int { pending.count - sent }

    /// Switches to raw mode: every key arrives, Ctrl-C and Ctrl-Z included.
    ///
    /// Modes that a shell works with (line editing on) are remembered as those to set back. Others are not: a shell
    /// that continues a stopped program sets our own raw modes before it does.
    func enterRawMode() throws(TerminalError) {
        var modes = termios()
        if tcgetattr(descriptor, &modes) != 0 { throw .system(call: "reading the terminal modes", code: errno) }
        if modes.c_lflag & tcflag_t(ICANON) != 0 { savedModes = modes }
        var raw = modes
        cfmakeraw(&raw)
        if tcsetattr(descriptor, TCSADRAIN, &raw) != 0 { throw .system(call: "setting raw mode", code: errno) }
    }

    /// Sets the remembered modes back.
    func leaveRawMode() {
        if !isLost { tcsetattr(descriptor, TCSANOW, &savedModes) }
    }

    /// Drops what was typed and not read.
    func discardInput() {
        if !isLost { tcflush(descriptor, TCIFLUSH) }
    }

    /// Reads what is there; never waits when `poll` announced input.
    func receive() -> Input {
        if isLost { return .lost }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        if count > 0 { return .bytes(Array(buffer.prefix(count))) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        // A background process gets EIO too (when the signal for it is blocked); its terminal is still there.
        if count < 0, errno == EIO, !isInForeground, waitFor(descriptor, 0, milliseconds: 0) == 0 { return .nothing }
        isLost = true
        return .lost
    }

    /// Queues bytes and writes what the terminal takes right now.
    func send(_ bytes: some Collection<UInt8>) {
        if isLost { return }
        pending.append(contentsOf: bytes)
        pump()
    }

    /// Writes more of the queue; to be called when the terminal can take bytes again.
    func pump() {
        while sent < pending.count && !isLost {
            // On a shared description writing blocks, so it is done in pieces that fit once the terminal has room.
            if !isPrivate && waitFor(descriptor, POLLOUT, milliseconds: 0) & POLLOUT == 0 { return }
            let count = pending.withUnsafeBytes { all in
                let rest = all.count - sent
                return write(descriptor, all.baseAddress! + sent, isPrivate ? rest : min(rest, 128))
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EAGAIN {
                break
            } else if count < 0, errno != EINTR {
                isLost = true
            }
        }
        if sent == pending.count || isLost {
            pending.removeAll(keepingCapacity: true)
            sent = 0
        }
    }

    /// Drops what waits in the queue, for when the terminal is left in the middle of a frame.
    func dropBacklog() {
        pending.removeAll(keepingCapacity: true)
        sent = 0
    }

    /// Writes the queue, waiting for the terminal at most `milliseconds` between two pieces.
    func drain(milliseconds: Int32) {
        pump()
        while backlog > 0 && !isLost {
            let seen = waitFor(descriptor, POLLOUT, milliseconds: milliseconds)
            if seen & POLLOUT == 0 { return dropBacklog() }
            pump()
        }
    }

    /// Notes that `poll` reported a hang-up.
    func markLost() { isLost = true }
}
