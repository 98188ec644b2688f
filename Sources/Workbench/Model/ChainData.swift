// SPDX-License-Identifier: Apache-2.0
// What is known of the chains of a run: the density that they sample, and their states.

import EngineKit

/// The chains of one run.
struct ChainData: Sendable {
    private(set) var target: TargetDescription?
    /// Blocks in the order of time.
    private(set) var blocks: [ChainDraws] = []

    mutating func take(_ target: TargetDescription) { self.target = target }

    mutating func take(_ draws: ChainDraws) { blocks.append(draws) }
}
