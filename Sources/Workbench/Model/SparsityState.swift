// SPDX-License-Identifier: Apache-2.0
// What the sparsity screen remembers of its user: where the cut is, and which evaluation is under way.

import EngineKit

/// The sparsity screen of one run.
struct SparsityState: Sendable, Equatable {
    /// An evaluation without an answer.
    struct Pending: Sendable, Equatable {
        var identifier: Int
        /// Whether it began by itself when the slider had rested.
        var isAutomatic: Bool
    }

    /// Seconds without a move after which the slider rests: longer than between two repeats of a key that is held.
    static let restSeconds = 0.3

    /// The threshold of layers without their own, SNR units.
    var global: Double
    /// Whether layers without their own threshold are cut by the evidence instead.
    var followsEvidence: Bool
    /// Thresholds of layers that left the common rule; `ThresholdEvaluation.byEvidence` stands for the other one.
    var own: [Int: Double] = [:]
    /// The selected row: 0 is all layers, others are layer numbers from 1.
    var row = 0
    /// Whether the selected layer is shown in detail.
    var isDetailed = false
    /// The evaluation that is under way.
    var pending: Pending?
    /// When the slider will have rested, on the clock of `Action.clock`; `nil` when it has.
    var restsAt: Double?
    /// Whether an evaluation begins by itself; an answer that cannot be given switches that off.
    var evaluatesByItself = true

    /// Creates the state that shows the cut of the run itself.
    init(ownThreshold: Double = SparsityData.publishedThreshold) {
        followsEvidence = ownThreshold == ThresholdEvaluation.byEvidence
        global = followsEvidence || ownThreshold <= 0 ? SparsityData.publishedThreshold : ownThreshold
    }

    /// The selected layer, `nil` for the row of all.
    var layer: Int? { row > 0 ? row - 1 : nil }

    /// One number per layer: a threshold, or `ThresholdEvaluation.byEvidence`.
    func thresholds(layers: Int) -> [Double] { (0..<layers).map { threshold(of: $0) } }

    /// The cut of a layer: a threshold, or `ThresholdEvaluation.byEvidence`.
    func threshold(of layer: Int) -> Double {
        own[layer] ?? (followsEvidence ? ThresholdEvaluation.byEvidence : global)
    }

    /// The threshold of a layer on the signal-to-noise ratio, also where the evidence decides at the moment.
    func signalThreshold(of layer: Int) -> Double {
        own[layer].flatMap { $0 == ThresholdEvaluation.byEvidence ? nil : $0 } ?? global
    }

    /// Whether the evidence decides in the selected row.
    var isByEvidence: Bool {
        layer.map { threshold(of: $0) == ThresholdEvaluation.byEvidence } ?? followsEvidence
    }

    /// Whether another state cuts elsewhere.
    func cutsLike(_ other: SparsityState) -> Bool {
        global == other.global && followsEvidence == other.followsEvidence && own == other.own
    }
}

extension WorkbenchModel {
    /// What the sparsity screen remembers of the current run; setting another cut lets the slider rest anew.
    var sparsityState: SparsityState {
        get { currentRun.flatMap { sparsityStates[$0] } ?? SparsityState() }
        set {
            guard let currentRun else { return }
            var state = newValue
            if let before = sparsityStates[currentRun], !state.cutsLike(before) {
                // An evaluation under way answers a question that nobody asks any more.
                state.pending = nil
                state.restsAt = clock + SparsityState.restSeconds
            }
            sparsityStates[currentRun] = state
        }
    }

    /// The threshold of the selected row, SNR units.
    var selectedThreshold: Double {
        sparsityState.layer.map { sparsityState.signalThreshold(of: $0) } ?? sparsityState.global
    }

    /// Sets the threshold of the selected layer, or of all layers that follow the common one.
    mutating func setThreshold(_ value: Double) {
        if let layer = sparsityState.layer {
            sparsityState.own[layer] = value
        } else {
            sparsityState.global = value
            sparsityState.followsEvidence = false
        }
    }

    /// Cuts the selected row as the run itself does.
    mutating func usePreset() {
        let own = run?.sparsity.ownThreshold ?? SparsityData.publishedThreshold
        guard sparsityState.layer == nil, own == ThresholdEvaluation.byEvidence else { return setThreshold(own) }
        sparsityState.followsEvidence = true
    }

    /// Lets the selected row be cut by the other rule.
    mutating func toggleRule() {
        guard run?.sparsity.hasEvidence == true else {
            say("This run does not report the evidence of its units.", level: .warning)
            return
        }
        let isByEvidence = sparsityState.isByEvidence
        if let layer = sparsityState.layer {
            sparsityState.own[layer] =
                isByEvidence ? sparsityState.signalThreshold(of: layer) : ThresholdEvaluation.byEvidence
        } else {
            sparsityState.followsEvidence = !isByEvidence
        }
        say(
            isByEvidence
                ? "Units go by their signal-to-noise ratio." : "Units go if the evidence rises without them.")
    }

    /// Seconds until the slider of the current run has rested, from `seconds` on the clock of `Action.clock`.
    func secondsUntilRest(at seconds: Double) -> Double? {
        sparsityState.restsAt.map { max(0, min($0 - seconds, SparsityState.restSeconds)) }
    }
}
