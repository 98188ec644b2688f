// SPDX-License-Identifier: Apache-2.0
// The engines that this program has; a new engine is one row here.

public import EngineKit
import LearnedProposals
import StochasticBatchNorm
import StructuredPruning

/// Every engine, in the order in which they are listed.
public let allEngines: [any EngineKind.Type] = [
    StructuredPruning.self, StochasticBatchNorm.self, LearnedProposals.self,
]

extension [any EngineKind.Type] {
    /// The engine with a name, as session files give it.
    public func named(_ name: String) -> (any EngineKind.Type)? {
        first { $0.name == name }
    }
}
