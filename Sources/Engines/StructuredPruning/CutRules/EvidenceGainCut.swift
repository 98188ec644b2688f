// SPDX-License-Identifier: Apache-2.0
// A rule without a threshold: a unit goes if the evidence for the network rises without it.

import EngineKit

extension CutRule {
    /// Keeps units unless replacing the prior of theta by a spike at the lower bound raises the log-evidence [BMRS24].
    ///
    /// That is, a unit goes exactly where the posterior density of log theta at the lower bound exceeds the prior's. The
    /// published code adds ½ log 2π to the gain, and so prunes more; here the closed form is used.
    static let evidenceGain = CutRule(
        name: "evidence-gain",
        choice: .units { subject in
            let known = subject.layers.map(\.survivorsByEvidence)
            guard known.contains(where: { $0 != nil }) else { return nil }
            return zip(known, subject.layers).map { $0 ?? Array(repeating: true, count: $1.units) }
        })
}
