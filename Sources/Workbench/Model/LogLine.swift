// SPDX-License-Identifier: Apache-2.0
// Lines of the log: events of runs, captured prints and what the workbench itself has to say.

import EngineKit

/// A line of the log.
struct LogLine: Sendable, Equatable {
    /// Where a line comes from.
    enum Source: Sendable, Equatable {
        /// A run.
        case run(String)
        /// Something printed to standard output or error by a library.
        case print
        /// The workbench.
        case workbench
    }

    /// Seconds on the clock of `Action.clock` when it arrived.
    var seconds: Double
    var source: Source
    /// The step it belongs to, for runs.
    var step: Int?
    var level: MessageLevel
    /// As received; made safe where it is drawn.
    var text: String
}

/// The last lines, oldest first, bounded.
struct Log: Sendable, Equatable {
    /// At some 100 bytes each the log stays near a megabyte.
    static let capacity = 10_000
    private(set) var lines: [LogLine] = []
    /// Lines dropped at the front since the start.
    private(set) var dropped = 0

    mutating func append(_ line: LogLine) {
        lines.append(line)
        // Dropping a tenth at a time keeps appending cheap on average.
        if lines.count > Self.capacity {
            lines.removeFirst(Self.capacity / 10)
            dropped += Self.capacity / 10
        }
    }

    /// Forgets the lines of a run, before its past is read again.
    mutating func forget(run: String) { lines.removeAll { $0.source == .run(run) } }
}

/// A sentence on the bottom line for a few seconds.
struct Notice: Sendable, Equatable {
    var text: String
    var level: MessageLevel
    /// When it goes away, seconds on the clock of `Action.clock`.
    var expires: Double
}
