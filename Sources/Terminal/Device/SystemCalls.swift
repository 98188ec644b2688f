// SPDX-License-Identifier: Apache-2.0
// Small helpers around errno; no policy.

internal import Glibc

/// The system's words for an error code.
func errorText(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}

/// Turns the "-errno on failure" convention of CPlatform into a thrown error.
@discardableResult
func checked(_ call: String, _ result: Int32) throws(TerminalError) -> Int32 {
    if result < 0 { throw .system(call: call, code: -result) }
    return result
}

/// Duplicates a descriptor to one above the standard three that programs started later do not inherit.
func duplicate(_ descriptor: Int32) throws(TerminalError) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
    if copy < 0 { throw .system(call: "duplicating descriptor \(descriptor)", code: errno) }
    return copy
}

/// Adds or removes O_NONBLOCK.
func setNonBlocking(_ descriptor: Int32, _ isNonBlocking: Bool) {
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0 else { return }
    _ = fcntl(descriptor, F_SETFL, isNonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)
}

/// Waits for one descriptor; returns what `poll` saw, 0 after the time.
func waitFor(_ descriptor: Int32, _ events: Int32, milliseconds: Int32) -> Int32 {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    let count = poll(&entry, 1, milliseconds)
    return count > 0 ? Int32(entry.revents) : 0
}

/// Prints lines to standard error with `write`, which needs none of the C library's global streams.
func printToStandardError(_ lines: [String]) {
    let bytes = lines.reduce(into: [UInt8]()) { $0 += Array($1.utf8) + [0x0A] }
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
