// SPDX-License-Identifier: Apache-2.0
// A baseline: units by the scale of their batch normalization.

import Nets
import TensorCore

extension CutRule {
    /// Ranks the units of a layer with batch normalization by the size of its scale, |gamma| [LLSHYZ17].
    ///
    /// The mean scale of the noise is folded into gamma, where it acts; see `filterNorm`. Layers without batch
    /// normalization keep what the noise says.
    static let normalizationScale = CutRule(
        name: "bn-scale",
        choice: .ranking { subject in
            let network = subject.network
            return subject.scales.indices.map { gate in
                let own = network.architecture.weights.first { $0.output == .gate(gate, multiplicity: 1) }
                guard let own, let gamma = network.parameter("\(own.name).bn.weight")?.value else { return nil }
                return zip(gamma.scalars(), subject.scales[gate]).map { Double(abs($0)) * $1 }
            }
        })
}
