// SPDX-License-Identifier: Apache-2.0
// Timing steps: a clock, quartiles, and what a workload showed over all rounds.

import TensorCore

/// Seconds that `body` takes.
func secondsTaken(_ body: () -> Void) -> Double {
    let duration = ContinuousClock().measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// First quartile, median and third quartile.
struct Quartiles: Codable {
    let first: Double
    let median: Double
    let third: Double

    /// Of values, linear between neighbours.
    /// - Precondition: at least one value.
    init(_ values: [Double]) {
        let sorted = values.sorted()
        func quantile(_ fraction: Double) -> Double {
            let position = fraction * Double(sorted.count - 1)
            let below = Int(position)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
        }
        (first, median, third) = (quantile(0.25), quantile(0.5), quantile(0.75))
    }

    /// The median of each quartile over rounds.
    ///
    /// So a round counts once, however many steps it had time for.
    init(rounds: [Quartiles]) {
        first = Quartiles(rounds.map(\.first)).median
        median = Quartiles(rounds.map(\.median)).median
        third = Quartiles(rounds.map(\.third)).median
    }

    /// Quartiles of `work` per second, where these are quartiles of seconds.
    func rate(of work: Double) -> Quartiles {
        Quartiles(first: work / third, median: work / median, third: work / first)
    }

    init(first: Double, median: Double, third: Double) {
        (self.first, self.median, self.third) = (first, median, third)
    }
}

/// Repeats a step for a while, round by round, and counts what the memory pool and oneDNN did meanwhile.
struct StepTimer {
    private(set) var rounds: [Quartiles] = []
    private(set) var steps = 0
    private(set) var freshBuffers = 0
    private(set) var primitivesCreated = 0
    private(set) var reorders = 0

    /// Steps that are timed in any case, so that a median exists.
    static let leastSteps = 3

    /// Runs `step` for `seconds` without timing it, at least three times: memory is taken, primitives are made, layouts
    /// settle.
    static func warmUp(seconds: Double, _ step: () -> Void) {
        var (total, count) = (0.0, 0)
        while total < seconds || count < leastSteps {
            total += secondsTaken(step)
            count += 1
        }
    }

    /// Runs `step` for `seconds` and at least three times.
    mutating func round(seconds: Double, _ step: () -> Void) {
        var times: [Double] = []
        // Room in advance: a growing array would cost time in the middle of short steps.
        times.reserveCapacity(Int(seconds * 1e5) + Self.leastSteps)
        let before = Compute.statistics
        var total = 0.0
        while total < seconds || times.count < Self.leastSteps {
            let time = secondsTaken(step)
            times.append(time)
            total += time
        }
        let after = Compute.statistics
        steps += times.count
        freshBuffers += after.freshBuffers - before.freshBuffers
        primitivesCreated += after.primitivesCreated - before.primitivesCreated
        reorders += after.reorders - before.reorders
        rounds.append(Quartiles(times))
    }

    /// Seconds per step over all rounds.
    var seconds: Quartiles { Quartiles(rounds: rounds) }

    /// An amount per step.
    func perStep(_ total: Int) -> Double { Double(total) / Double(max(steps, 1)) }
}
