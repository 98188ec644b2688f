// SPDX-License-Identifier: Apache-2.0
// A pseudo terminal with the program in it, on which keys are pressed and answers are timed.

import CTestSupport
import Foundation

/// The program on its terminal.
final class Terminal {
    private let process: Int32
    private var master: Int32 = -1
    /// The last bytes it wrote.
    private var recent: [UInt8] = []
    private var thinking = SystemRandomNumberGenerator()

    /// How long an answer is waited for.
    private static let patience = 2.0
    /// Letters that no frame of data contains, so that each can be recognised as the answer to its key.
    private static let letters = Array("vwjzq".utf8)
    /// Letters typed before the line is begun anew.
    private static let lineLength = 16

    init(_ path: String, _ arguments: [String], columns: Int, rows: Int) throws {
        var variables = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"]
        for name in ["PATH", "HOME", "ELBO_DATA"] { variables[name] = ProcessInfo.processInfo.environment[name] }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        process = elbo_pty_spawn(path, &words, &settings, Int32(columns), Int32(rows), &master)
        guard process > 0 else { throw OptionError(text: "no pseudo terminal: error \(-process)") }
    }

    /// The end of what it wrote, printable.
    var tail: String { String(decoding: recent.suffix(400), as: UTF8.self).debugDescription }

    /// Reads until what was written recently, without escape sequences, fulfils a condition.
    func wait(seconds: Double, until condition: (String) -> Bool) -> Bool {
        let deadline = now() + seconds * 1e3
        while now() < deadline {
            recent += read(until: min(deadline, now() + 100))
            if recent.count > 1 << 20 { recent.removeFirst(recent.count - 1 << 19) }
            if condition(String(decoding: Self.printed(recent), as: UTF8.self)) { return true }
        }
        return false
    }

    /// Types letters at the command line, each after a pause like that of a hand.
    func typeLetters(_ count: Int) -> (first: Samples, echo: Samples) {
        var (first, echo) = (Samples(), Samples())
        for index in 0..<count {
            if index % Self.lineLength == 0 {
                send([0x1B])
                pause(milliseconds: 100)
                send(Array(":".utf8))
                pause(milliseconds: 100)
            }
            pause(milliseconds: Double.random(in: 20...60, using: &thinking))
            let times = press(Self.letters[index % Self.letters.count])
            first.add(times.first)
            echo.add(times.echo)
        }
        send([0x1B])
        pause(milliseconds: 100)
        return (first, echo)
    }

    /// Opens the help and times how long a lone Esc takes to close it.
    func pressEscape(_ count: Int) -> Samples {
        var samples = Samples()
        for _ in 0..<count {
            send(Array("?".utf8))
            pause(milliseconds: 150)
            let start = now()
            send([0x1B])
            samples.add(read(until: start + Self.patience * 1e3).isEmpty ? nil : now() - start)
            pause(milliseconds: 50)
        }
        return samples
    }

    /// Ends the program and waits for it.
    func end() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        let deadline = now() + 20_000
        while now() < deadline {
            _ = read(until: now() + 20)
            if elbo_wait_for_exit(process, 0, &status) == 1 { break }
        }
        if now() >= deadline {
            kill(process, SIGKILL)
            _ = elbo_wait_for_exit(process, 5000, &status)
        }
        close(master)
    }

    /// Presses a letter; times of the first byte that comes and of the letter's own appearance.
    private func press(_ letter: UInt8) -> (first: Double?, echo: Double?) {
        var answer: [UInt8] = []
        var first: Double?
        let start = now()
        send([letter])
        while now() - start < Self.patience * 1e3 {
            answer += read(until: start + Self.patience * 1e3)
            let time = now() - start
            if answer.isEmpty { break }
            first = first ?? time
            if Self.printed(answer).contains(letter) { return (first, time) }
        }
        return (first, nil)
    }

    // MARK: Bytes

    private func send(_ bytes: [UInt8]) { _ = write(master, bytes, bytes.count) }

    /// Reads and forgets for a while.
    private func pause(milliseconds: Double) {
        let end = now() + milliseconds
        while now() < end { _ = read(until: end) }
    }

    /// The bytes that come first, waiting for them.
    private func read(until deadline: Double) -> [UInt8] {
        var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        // Whole milliseconds rounded up would make short waits longer; a wait of 0 polls once.
        let wait = Int32(max(0, min(60_000, (deadline - now()).rounded(.up))))
        guard poll(&entry, 1, wait) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Foundation.read(master, &buffer, buffer.count)
        return count > 0 ? Array(buffer.prefix(count)) : []
    }

    private func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
    }

    /// What remains without escape sequences.
    private static func printed(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x1B else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            guard index < bytes.count else { break }
            switch bytes[index] {
            case UInt8(ascii: "["):
                index += 1
                while index < bytes.count, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
            case UInt8(ascii: "]"):
                while index < bytes.count, bytes[index] != 0x07, bytes[index] != UInt8(ascii: "\\") { index += 1 }
            case UInt8(ascii: "("), UInt8(ascii: ")"): index += 1
            default: break
            }
            index += 1
        }
        return result
    }
}
