// SPDX-License-Identifier: Apache-2.0
// What kinds of samplers there are, by their names, and which acceptance rates are usual for each.

/// How a sampler proposes.
enum SamplerKind: Sendable, Equatable {
    /// The learned proposal, or a sampler that nobody here knows.
    case learned
    /// A fixed proposal that does not look at the state: what a learned one has to beat.
    case independent
    /// Moves from the state, whose length is a matter of tuning, with the acceptance rates between which it is good.
    case local(useful: ClosedRange<Double>)

    /// The kind of a sampler of this name.
    ///
    /// Around the rates that are best in high dimensions, 0.234 [RGG97], 0.574 [RR98] and 0.651 [BPRSS13], the
    /// efficiency is flat; for Hamiltonian moves values above are the usual aim, because a long way is lost with each
    /// refusal. Proposals that do not look at the state have no rate that would be too high.
    init(_ name: String) {
        self =
            switch name {
            case "laplace", "moments": .independent
            case "random-walk": .local(useful: 0.15...0.5)
            case "langevin": .local(useful: 0.4...0.8)
            case "hamiltonian": .local(useful: 0.6...0.9)
            default: .learned
            }
    }
}
