// SPDX-License-Identifier: Apache-2.0
// Ways to choose the units that a cut keeps, and the table of all of them.

import EngineKit
import Nets

/// What a rule looks at.
struct CutSubject {
    /// The trained network.
    let network: FeedForwardNetwork
    /// How its layers are coupled.
    let costGraph: CostGraph
    /// The noise of every gate.
    let layers: [LayerState]
    /// The factor of every unit when the network predicts, E[theta].
    let scales: [[Double]]
    /// The run's threshold on the signal-to-noise ratio.
    let threshold: Double
}

/// A way to choose the units that a cut keeps.
struct CutRule: Sendable {
    /// Its name in results and session files.
    let name: String
    let choice: Choice

    /// How a rule decides.
    enum Choice: Sendable {
        /// It knows which units stay: one mask per gate, before coupling; `nil` when it has nothing to go by.
        case units(@Sendable (CutSubject) -> [[Bool]]?)
        /// It knows which of two units of a gate is worth more, but not how many should stay: a score per unit, `nil` for
        /// a gate that it has no score for. As many units stay as by the signal-to-noise ratio.
        case ranking(@Sendable (CutSubject) -> [[Double]?])
    }

    /// All rules in the order of results: those that a run can be cut with, then the baselines.
    static let all: [CutRule] = [.signalToNoise, .evidenceGain, .filterNorm, .normalizationScale]

    /// Whether a run can be cut with it: a baseline needs another rule to say how many units stay.
    var isComplete: Bool { if case .units = choice { true } else { false } }

    /// The rule with a name of the table.
    static func named(_ name: String) -> CutRule? { all.first { $0.name == name } }

    /// The units that stay, with the coupling between layers; `nil` when the rule has no score for any gate.
    func masks(_ subject: CutSubject) -> [[Bool]]? {
        switch choice {
        case .units(let keep):
            return keep(subject).map(subject.costGraph.effectiveMasks)
        case .ranking(let scores):
            let own = scores(subject)
            guard own.contains(where: { $0 != nil }) else { return nil }
            let reference = subject.costGraph.effectiveMasks(SignalToNoiseCut.masks(subject))
            // A gate without a score keeps what the noise says.
            let complete = zip(own, subject.layers).map { $0 ?? $1.signalToNoise }
            return subject.costGraph.best(of: complete, counts: reference.map { mask in mask.count { $0 } })
        }
    }
}
