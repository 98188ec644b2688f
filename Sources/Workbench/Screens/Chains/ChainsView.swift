// SPDX-License-Identifier: Apache-2.0
// The ways of looking at chains, each with what it shows.

/// A part of the chains screen.
enum ChainsView: String, CaseIterable, Sendable {
    case density, trace, mean, autocorrelation, ranks, acceptance, table, diagnostics

    /// The next part, around the end.
    var next: ChainsView { shifted(by: 1) }
    /// The part before, around the end.
    var previous: ChainsView { shifted(by: -1) }

    private func shifted(by steps: Int) -> ChainsView {
        let all = Self.allCases
        guard let index = all.firstIndex(of: self) else { return self }
        return all[(index + steps + all.count) % all.count]
    }

    /// The name in help.
    var title: String {
        switch self {
        case .density: "Density"
        case .trace: "Trace"
        case .mean: "Running mean"
        case .autocorrelation: "Autocorrelation"
        case .ranks: "Rank bars"
        case .acceptance: "Acceptance"
        case .table: "Chains"
        case .diagnostics: "Diagnostics"
        }
    }

    /// What it shows, for help.
    var definition: String {
        switch self {
        case .density:
            "Draws of two coordinates, brighter where more of them share a cell, over the true density: lines at 0.5, 2, "
                + "4.5 and 8 nats below its maximum, which for a normal density are 1 to 4 standard deviations."
        case .trace:
            "One coordinate of the marked chains over their draws. Good chains look like noise without a trend, and "
                + "cannot be told apart."
        case .mean:
            "Mean of all draws so far behind the warm-up, within one Monte Carlo standard error by the autocorrelation "
                + "time of all of them."
        case .autocorrelation:
            "Correlation of draws that lie so many draws apart, of all chains about their common mean. The sooner it "
                + "falls to zero, the more a draw is worth."
        case .ranks:
            "For each chain, how many of its draws lie in each twentieth of all draws. Flat bars are good; a slope is a "
                + "chain that stays lower or higher than the others."
        case .acceptance:
            "Mean over proposals of min(1, ratio) per block of steps, in training and in sampling, and what it is at "
                + "least by the divergence between proposal and target."
        case .table:
            "Each chain behind the warm-up: mean, standard deviation, share of accepted proposals. A chain is stuck if "
                + "nothing was accepted in its last 100 steps. The last column is how far its mean lies from that of the "
                + "others that move, in standard errors."
        case .diagnostics:
            "Numbers of the selected coordinate behind the warm-up; Tab walks through them."
        }
    }
}
