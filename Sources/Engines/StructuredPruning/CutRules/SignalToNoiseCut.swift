// SPDX-License-Identifier: Apache-2.0
// The rule of the papers: a unit stays if its scale has more signal than noise.

import EngineKit

extension CutRule {
    /// Keeps units with `E[theta] / sd(theta)` above the threshold, [NMAV17] section 3.
    static let signalToNoise = CutRule(name: "snr", choice: .units(SignalToNoiseCut.masks))
}

enum SignalToNoiseCut {
    @Sendable static func masks(_ subject: CutSubject) -> [[Bool]] {
        subject.layers.map { $0.survivors(threshold: subject.threshold) }
    }
}
