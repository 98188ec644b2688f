// SPDX-License-Identifier: Apache-2.0
// What a proposal is trained for, and the table of all objectives.

import TensorCore

/// What a step of training looks at: draws x' of the proposal and states x of the chain, which stand for draws of p.
struct ObjectiveSample {
    /// The draws with their `log q`.
    let draws: ProposalDraws
    /// `log p(x')`, unnormalised, with the gradient through the points, `[N]`.
    let logTargetOfDraws: Tensor
    /// `log p(x)`, unnormalised, constants, `[M]`.
    let logTargetOfStates: Tensor
    /// `log q(x)`, `[M]`.
    let logDensityOfStates: Tensor

    /// `a_j = log p(x'_j) - log q(x'_j)`, `[N]`.
    var logRatioOfDraws: Tensor { logTargetOfDraws - draws.logDensity }
    /// `b_i = log p(x_i) - log q(x_i)`, `[M]`.
    var logRatioOfStates: Tensor { logTargetOfStates - logDensityOfStates }
}

/// A loss of the proposal; the smaller the better.
struct Objective: Sendable {
    /// The name in session files and results.
    let name: String
    /// The loss, a scalar on the tape.
    let loss: @Sendable (ObjectiveSample) -> Tensor

    /// All objectives; a new one is a row here.
    static let all: [Objective] = [.acceptance, .acceptanceLowerBound, .variational, .maximumLikelihood]

    /// The objective with a name of the table.
    static func named(_ name: String) -> Objective? { all.first { $0.name == name } }
}

extension Objective {
    /// `L_AR = -E min(1, p(x') q(x) / (q(x') p(x)))`, minus the acceptance rate [Nek20].
    ///
    /// Every state is paired with every draw, which costs no further density. Where proposals are hardly ever accepted
    /// this has next to no gradient: begin with another objective.
    static let acceptance = Objective(name: "acceptance") { sample in
        let (draws, states) = (sample.logRatioOfDraws, sample.logRatioOfStates)
        let pairs = draws.reshape([1, draws.count]) - states.reshape([states.count, 1])
        let accepted = minimum(pairs, .zeros([], pairs.dataType)).exp().mean(axes: [0])
        return -sample.draws.average(accepted)
    }

    /// `L_KL = -E log(p(x') q(x) / (q(x') p(x))) = KL(q || p) + KL(p || q)` [Nek20]; the acceptance rate is at least
    /// `1 - sqrt(L_KL / 2)`.
    static let acceptanceLowerBound = Objective(name: "acceptance-lower-bound") { sample in
        sample.logRatioOfStates.mean() - sample.draws.average(sample.logRatioOfDraws)
    }

    /// `KL(q || p)` up to a constant: variational inference, the half of `L_KL` that may lose modes.
    static let variational = Objective(name: "vi") { sample in
        -sample.draws.average(sample.logRatioOfDraws)
    }

    /// `KL(p || q)` up to a constant: maximum likelihood on the states, the other half.
    static let maximumLikelihood = Objective(name: "mle") { sample in
        -sample.logDensityOfStates.mean()
    }
}
