// SPDX-License-Identifier: Apache-2.0
// How long frames take and how many bytes they send, and what the process holds: the system pane of the log screen.

import Foundation
import Terminal
import Workbench

/// Times and bytes of the last frames.
struct FrameTimes {
    /// A minute of ten frames a second would be 600; half of that shows what was slow a moment ago.
    private static let capacity = 300
    private var milliseconds: [Double] = []
    private var bytes: [Int] = []
    private var frames = 0

    /// Takes over the last frame, if there was one since the last call.
    mutating func note(_ statistics: LoopStatistics) {
        guard statistics.frames > frames else { return }
        frames = statistics.frames
        let time = statistics.lastFrameTime.components
        milliseconds.append(Double(time.seconds) * 1e3 + Double(time.attoseconds) / 1e15)
        bytes.append(statistics.lastFrameBytes)
        if milliseconds.count > Self.capacity {
            milliseconds.removeFirst()
            bytes.removeFirst()
        }
    }

    /// The state of this process.
    func report(waitingEvents: Int, waitedSeconds: Double) -> SystemReport {
        let times = milliseconds.sorted()
        let sizes = bytes.sorted()
        return SystemReport(
            residentBytes: ProcessStatus.residentBytes, frames: frames,
            medianFrameMilliseconds: times.isEmpty ? 0 : times[times.count / 2],
            highFrameMilliseconds: times.isEmpty ? 0 : times[min(times.count - 1, times.count * 99 / 100)],
            bytesPerFrame: sizes.isEmpty ? 0 : sizes[sizes.count / 2], storeQueue: waitingEvents,
            storeWaitSeconds: waitedSeconds, threads: ProcessStatus.threads)
    }
}

/// What the kernel says about this process.
enum ProcessStatus {
    /// Memory that is really there; 0 where the system does not say.
    static var residentBytes: Int { number("VmRSS:") * 1024 }

    /// All threads, those that wait included; 0 where the system does not say.
    static var threads: Int { number("Threads:") }

    private static func number(_ name: String) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) } ?? 0
    }
}
