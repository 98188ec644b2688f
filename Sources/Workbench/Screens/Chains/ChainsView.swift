// SPDX-License-Identifier: Apache-2.0
// The ways of looking at chains, each with what it shows.

/// A part of the chains screen.
enum ChainsView: String, CaseIterable, Sendable {
    case density, trace, mean, autocorrelation, evolution, ranks, difference, acceptance, table, samplers, compare
    case diagnostics

    /// Whether it shows more than one sampler.
    var isOfSeveral: Bool { self == .samplers || self == .compare }

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
        case .evolution: "ESS evolution"
        case .ranks: "Rank bars"
        case .difference: "ECDF difference"
        case .acceptance: "Acceptance"
        case .table: "Chains"
        case .samplers: "Samplers"
        case .compare: "Two samplers"
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
        case .evolution:
            "Bulk and tail effective sample size of the first twentieth of the draws, of the first two, and so on, and "
                + "straight lines to the last of them. Sizes that stay behind their line later on tell of chains that "
                + "have not met all of the target yet."
        case .ranks:
            "For each chain, how many of its draws lie in each twentieth of all draws. Flat bars are good; a slope is a "
                + "chain that stays lower or higher than the others."
        case .difference:
            "For each marked chain, the distribution of the ranks of its draws among all draws minus the uniform one. "
                + "Chains that agree stay within the band, all of them everywhere with about 95 % [SPB22]; its width is "
                + "the normal limit for as many independent draws as theirs are worth, and so is the number of steps."
        case .acceptance:
            "Mean over proposals of min(1, ratio) per block of steps, in training and in sampling, and what it is at "
                + "least by the divergence between proposal and target. Level lines are means of fixed proposals, which "
                + "a learned one has to beat. A sampler that moves from its state has its own picture, with the rates "
                + "between which it usually is good shaded."
        case .table:
            "Each chain behind the warm-up: mean, standard deviation, share of accepted proposals. A chain is stuck if "
                + "nothing was accepted in its last 100 steps. The last column is how far its mean lies from that of the "
                + "others that move, in standard errors."
        case .samplers:
            "Each sampler of the run over all coordinates: the largest R-hat, the smallest effective sample sizes, the "
                + "bulk one per second and per evaluation of density or gradient. Of every sampler as many draws are "
                + "left out at the beginning as the handle of the warm-up says; seconds and evaluations are those of "
                + "the blocks behind them. Total variation is counted on 40 x 40 cells. A star marks the best of a "
                + "column; acceptance and seconds have none, since more of them is not better. Up and down choose the "
                + "sampler that all views show, S the one beside it (◇), Enter looks at the chosen one."
        case .compare:
            "Draws of two samplers on the same axes over the same lines: the one on show, and the one that S chooses. "
                + "Effective draws are those of the worst coordinate, as in the table of samplers."
        case .diagnostics:
            "Numbers of the selected coordinate behind the warm-up; Tab walks through them."
        }
    }
}
