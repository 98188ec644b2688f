// SPDX-License-Identifier: Apache-2.0
// The `[proposal]` section of a session file: which family a proposal is from, and the table of all families.

import EngineKit
import Glibc
import Probability

/// Where a proposal begins: a rough idea of where the target has its mass.
struct ProposalStart {
    /// Centre, D coordinates.
    var mean: [Double]
    /// Standard deviations, D of them.
    var standardDeviations: [Double]
    /// Lower triangular factor of a covariance, `[D, D]`, where one is known; else the deviations are all there is.
    var factor: [Double]?

    /// The factor, made of the deviations where there is none.
    var anyFactor: [Double] {
        if let factor { return factor }
        let size = mean.count
        return (0..<(size * size)).map { $0 / size == $0 % size ? standardDeviations[$0 / size] : 0 }
    }
}

/// A family of proposals with its settings.
struct ProposalFamily: Sendable, Equatable {
    /// A name of `all`.
    var name: String
    /// Components of a mixture, K.
    var components: Int
    /// Couplings of a flow.
    var layers: Int
    /// Units of each hidden layer of a coupling.
    var hidden: Int

    /// How a family builds a proposal.
    typealias Builder = @Sendable (ProposalFamily, ProposalStart, _ seed: UInt64) -> any TrainableProposal

    /// All families; a new one is a row here.
    static let all: [(name: String, make: Builder)] = [
        ("flow", makeFlow), ("mixture", makeMixture), ("gaussian", makeGaussian), ("diagonal", makeDiagonal),
    ]

    /// Reads the section.
    init(_ settings: SettingsReader) {
        name = settings.string("family", default: "flow", allowed: Self.all.map(\.name))
        components = settings.integer("components", default: 8, in: 1...1000)
        layers = settings.integer("layers", default: 6, in: 1...64)
        hidden = settings.integer("hidden", default: 64, in: 1...1024)
    }

    /// Builds the proposal that training begins with.
    func make(_ start: ProposalStart, seed: UInt64) -> any TrainableProposal {
        let builder = Self.all.first { $0.name == name }?.make ?? makeFlow
        return builder(self, start, seed)
    }
}

@Sendable private func makeFlow(
    _ family: ProposalFamily, _ start: ProposalStart, _ seed: UInt64
) -> any TrainableProposal {
    FlowProposal(
        mean: start.mean, logScale: start.standardDeviations.map { log($0) }, layers: family.layers,
        hidden: family.hidden, seed: seed)
}

/// The components start at points drawn from the start, and each as narrow as K of them need to cover it.
@Sendable private func makeMixture(
    _ family: ProposalFamily, _ start: ProposalStart, _ seed: UInt64
) -> any TrainableProposal {
    var stream = RandomStream(seed: seed, purpose: .initialization)
    let size = start.mean.count
    let factor = start.anyFactor
    let means = (0..<family.components).map { _ in
        var noise = [Double](repeating: 0, count: size)
        stream.fillNormal(&noise)
        return (0..<size).map { i in
            (0...i).reduce(start.mean[i]) { $0 + factor[i * size + $1] * noise[$1] }
        }
    }
    let narrow = pow(Double(family.components), -1 / Double(size))
    let geometric = exp(start.standardDeviations.reduce(0) { $0 + log($1) } / Double(size))
    return MixtureProposal(means: means, standardDeviation: geometric * narrow)
}

@Sendable private func makeGaussian(
    _ family: ProposalFamily, _ start: ProposalStart, _ seed: UInt64
) -> any TrainableProposal {
    GaussianProposal(mean: start.mean, factor: start.anyFactor, isDiagonal: false)
}

@Sendable private func makeDiagonal(
    _ family: ProposalFamily, _ start: ProposalStart, _ seed: UInt64
) -> any TrainableProposal {
    GaussianProposal(mean: start.mean, factor: start.anyFactor, isDiagonal: true)
}
