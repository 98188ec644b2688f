// SPDX-License-Identifier: Apache-2.0
// The `[baselines]` section of a session file: which samplers the learned one is compared with.

import EngineKit

/// Samplers that need no training and sample the same target behind the learned one.
struct BaselineSettings: Sendable, Equatable {
    /// Names of `Baseline.all`, in the order of their turn.
    var samplers: [String]
    /// Steps of each chain that are thrown away at the start; step sizes are adapted in them.
    var warmUp: Int
    /// Draws of each chain that are kept.
    var draws: Int
    /// Leapfrog steps of a Hamiltonian trajectory at most; each draws its number.
    var leapfrogSteps: Int

    /// Reads the section; without it there are no baselines.
    init(_ settings: SettingsReader) {
        samplers = settings.strings("samplers", default: [], allowed: Baseline.all.map(\.name))
        warmUp = settings.integer("warmUp", default: 1000, in: 0...100_000_000)
        draws = settings.integer("draws", default: 1000, in: 100...10_000_000)
        leapfrogSteps = settings.integer("leapfrogSteps", default: 10, in: 1...10_000)
        if let twice = samplers.first(where: { name in samplers.count { $0 == name } > 1 }) {
            settings.report("samplers", found: "\(twice) twice", allowed: "every sampler once")
        }
        if settings.contains("leapfrogSteps"), !samplers.contains(Baseline.hamiltonian.name) {
            settings.report("leapfrogSteps", allowed: "no leapfrogSteps without \(Baseline.hamiltonian.name)")
        }
    }

    /// Slices of the warm-up.
    var warmUpSlices: Int { sliceCount(warmUp) }
    /// Slices of a baseline.
    var slices: Int { warmUpSlices + sliceCount(draws) }

    private func sliceCount(_ steps: Int) -> Int {
        (steps + SamplingSettings.stepsPerSlice - 1) / SamplingSettings.stepsPerSlice
    }
}
