// SPDX-License-Identifier: Apache-2.0
// Which units a layer keeps, by threshold and by evidence, and layers that were written before there was evidence.

import EngineKit
import Foundation
import Testing

@Suite struct LayerStateTests {
    private func layer(_ evidenceGain: [Double]?) -> LayerState {
        LayerState(
            name: "conv1", signalToNoise: [0.5, 1, 1.5, .infinity, .nan], mu: [0, 0, 0, 0, 0],
            logSigma: [0, 0, 0, 0, 0], kullbackLeibler: 1, evidenceGain: evidenceGain)
    }

    @Test func aUnitAtTheThresholdGoesAndAnUnknownOneStays() {
        #expect(layer(nil).survivors(threshold: 1) == [false, false, true, true, true])
        #expect(layer(nil).survivors(threshold: 0.25) == [true, true, true, true, true])
    }

    /// A gain of 0 says nothing against the unit.
    @Test func evidenceKeepsUnitsWhoseRemovalGainsNothing() {
        #expect(layer([-1, 0, 0.5, .infinity, .nan]).survivorsByEvidence == [true, true, false, false, true])
        #expect(layer(nil).survivorsByEvidence == nil)
    }

    @Test func layersWithoutEvidenceGainsCanStillBeDecoded() throws {
        let old = #"{"name":"a","signalToNoise":[1],"mu":[0],"logSigma":[-5],"kullbackLeibler":7}"#
        let layer = try JSONDecoder().decode(LayerState.self, from: Data(old.utf8))
        #expect(
            layer == LayerState(name: "a", signalToNoise: [1], mu: [0], logSigma: [-5], kullbackLeibler: 7))
    }
}
