// SPDX-License-Identifier: Apache-2.0
// What draws cost, and how many of the proposals behind them were accepted.

/// What blocks of draws took, those that begin at a draw or behind it.
struct Effort: Sendable, Equatable {
    /// Seconds of their steps; 0 where nobody measured.
    private(set) var seconds = 0.0
    /// Density evaluations of all chains together, those with gradients included; 0 where nobody counted.
    private(set) var evaluations = 0.0
    /// Mean of min(1, ratio) over their proposals; `nil` without steps and where it is not known.
    private(set) var acceptance: Double?

    init(_ notes: [BlockNote], from first: Int) {
        var (sum, steps) = (0.0, 0.0)
        for note in notes where note.firstDraw >= first {
            seconds += note.seconds
            evaluations += Double(note.evaluations)
            sum += note.acceptanceRate * Double(note.steps)
            steps += Double(note.steps)
        }
        acceptance = steps > 0 && sum.isFinite ? sum / steps : nil
    }

    /// Effective draws per second; `nil` where one of both is not known.
    func perSecond(_ size: Double?) -> Double? { size.flatMap { seconds > 0 ? $0 / seconds : nil } }

    /// Effective draws per density evaluation; `nil` where one of both is not known.
    func perEvaluation(_ size: Double?) -> Double? { size.flatMap { evaluations > 0 ? $0 / evaluations : nil } }
}
