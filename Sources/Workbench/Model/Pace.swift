// SPDX-License-Identifier: Apache-2.0
// How fast a run goes and when it will be done, from the positions seen lately.

/// Steps per second over the last half minute.
struct Pace: Sendable, Equatable {
    private struct Sample: Sendable, Equatable {
        var seconds: Double
        var step: Int
    }

    /// Long enough to smooth over evaluations between epochs, short enough to notice a change.
    private static let window = 30.0
    private var samples: [Sample] = []

    /// Notes that the run was at `step` at a time; times and steps that go backwards start over.
    mutating func note(step: Int, at seconds: Double) {
        if let last = samples.last {
            if seconds < last.seconds || step < last.step { samples = [] }
            // A quarter of a second between samples bounds the list to 120 entries.
            if !samples.isEmpty && seconds - last.seconds < 0.25 { return }
        }
        samples.append(Sample(seconds: seconds, step: step))
        samples.removeAll { seconds - $0.seconds > Self.window }
    }

    /// Forgets the past, such as after a pause.
    mutating func reset() { samples = [] }

    /// Steps per second; `nil` until two positions a second apart were seen.
    var stepsPerSecond: Double? {
        guard let first = samples.first, let last = samples.last, last.seconds - first.seconds >= 1 else { return nil }
        return (Double(last.step) - Double(first.step)) / (last.seconds - first.seconds)
    }

    /// Seconds until `total` steps are done; `nil` when unknown or standing still.
    func secondsLeft(from step: Int, of total: Int?) -> Double? {
        guard let total, let rate = stepsPerSecond, rate > 0 else { return nil }
        return max(0, Double(total) - Double(step)) / rate
    }
}
