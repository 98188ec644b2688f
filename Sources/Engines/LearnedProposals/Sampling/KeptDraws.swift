// SPDX-License-Identifier: Apache-2.0
// The draws that chains have given so far, and what they have cost.

import Chains
import Diagnostics

/// Draws of M chains that are advanced together, in the order of time.
struct KeptDraws {
    /// M.
    let chains: Int
    /// D.
    let dimension: Int
    /// The draws, `[T, M, D]`.
    var values: [Double] = []
    /// Sum over the proposals of min(1, ratio), and their number.
    var acceptance = 0.0
    var proposals = 0
    /// Proposals of no density.
    var invalid = 0
    /// Densities evaluated, those with derivatives included.
    var evaluations = 0
    /// Seconds that the steps have taken.
    var seconds = 0.0

    /// No draws yet.
    init(chains: Int, dimension: Int) {
        (self.chains, self.dimension) = (chains, dimension)
    }

    /// Draws of each chain, T.
    var count: Int { values.count / (chains * dimension) }

    /// Mean of min(1, ratio); NaN before the first draw.
    var acceptanceRate: Double { acceptance / Double(proposals) }

    /// Proposals per second, of all chains together.
    var proposalsPerSecond: Double { Double(proposals) / max(seconds, 1e-9) }

    /// Keeps where the chains are after a step.
    mutating func take(_ states: ChainStates, _ info: StepInfo) {
        values.append(contentsOf: states.points)
        acceptance += info.meanAcceptanceProbability * Double(info.count)
        proposals += info.count
        invalid += info.invalidCount
        evaluations += info.densityEvaluations + info.gradientEvaluations
    }

    /// The draws as the diagnostics take them.
    func draws(_ names: [String]) -> Draws {
        let length = count
        var ordered = [Double](repeating: 0, count: values.count)
        for time in 0..<length {
            for chain in 0..<chains {
                let row = (time * chains + chain) * dimension
                for axis in 0..<dimension { ordered[(axis * chains + chain) * length + time] = values[row + axis] }
            }
        }
        return Draws(names: names, chainCount: chains, drawCount: length, values: ordered)
    }
}
