// SPDX-License-Identifier: Apache-2.0
// One number per layer chooses between the two rules; where they disagree is what a user wants to see.

import EngineKit
import Testing

@Suite struct PruningRuleTests {
    private func layer(_ gains: [Double]?) -> LayerState {
        LayerState(
            name: "a", signalToNoise: [0.5, 1, 2, .nan, .infinity], mu: [0, 0, 0, 0, 0], logSigma: [0, 0, 0, 0, 0],
            kullbackLeibler: 0, evidenceGain: gains)
    }

    @Test func theNumberChoosesTheRule() {
        let state = layer([-1, 0, 0.1, .nan, 2])
        #expect(state.kept(at: 1) == [false, false, true, true, true])
        #expect(state.kept(at: 0) == [true, true, true, true, true])
        #expect(state.kept(at: ThresholdEvaluation.byEvidence) == [true, true, false, true, false])
    }

    @Test func withoutOneGainPerUnitNothingGoesByTheEvidence() {
        for gains in [nil, [], [5, 5]] as [[Double]?] {
            #expect(layer(gains).kept(at: ThresholdEvaluation.byEvidence) == [true, true, true, true, true])
            #expect(layer(gains).disagreement(threshold: 1) == nil)
        }
    }

    @Test func disagreementIsInBothDirections() {
        let state = layer([-1, 1, 0.1, .nan, -2])
        #expect(state.disagreement(threshold: 1) == [true, false, true, false, false])
    }
}
