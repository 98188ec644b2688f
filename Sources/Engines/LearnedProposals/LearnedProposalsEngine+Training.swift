// SPDX-License-Identifier: Apache-2.0
// One step of training: the chains move with the proposal as it is, then the proposal moves down the loss.

import Chains
import EngineKit
import Nets
import Probability
import TensorCore
import Training

extension LearnedProposalsEngine {
    /// One step of the chains and one of the optimizer.
    ///
    /// The chains use the proposal as it is before the update, so their states are exact draws of a chain that leaves the
    /// target invariant; `log q` of the states is computed anew because the last update changed it. What the loss needs
    /// serves the chains as well: its draws are their proposals, and the loss looks at the states that they leave.
    func trainOneStep() throws(EngineError) {
        let started = monotonicNanoseconds()
        kernel.proposal = try usableProposal()
        if step.isMultiple(of: max(recipe.replay.every, 1)) {
            replay?.renew(recipe.replay, target: target.density, proposal: kernel.proposal)
        }
        if states.logDensity.contains(-.infinity) {
            // A chain that began outside of the support has no ratio for the loss: it may leave first.
            kernel.refreshLogProposal(&states)
            _ = kernel.step(&states)
        }
        let draws = proposal.draw(recipe.batch, &drawStream)
        let evaluated = evaluate(draws)
        let seen = lossStates()
        if replay == nil {
            states.setLogProposal(seen.logProposal.doubles())
        } else {
            kernel.refreshLogProposal(&states)
        }
        let ratiosBefore = zip(states.logDensity, states.logProposal).map { $0 - $1 }
        let info = moveChains(to: draws, logDensity: evaluated.exact)

        let objective = recipe.objective(step: step)
        let loss = objective.loss(
            ObjectiveSample(
                draws: draws, logTargetOfDraws: target.logDensity(draws.points, evaluated.forLoss),
                logTargetOfStates: seen.logTarget, logDensityOfStates: seen.logProposal))
        let slopes = gradients(of: loss, for: proposal.parameters.map(\.value))
        let value = loss.item()
        guard value.isFinite, slopes.allSatisfy(\.isFinite) else {
            let outside = evaluated.exact.count { $0 == -.infinity }
            throw diverged(
                outside == 0
                    ? "the loss became \(value) or has no gradient"
                    : "\(outside) of \(evaluated.exact.count) draws of the proposal are where the target has no density, "
                        + "which makes the objective \(objective.name) infinite; the coordinates need a transformation "
                        + "onto the whole line, or the objective \"mle\"")
        }
        let rate = recipe.optimizer.schedule.factor(epoch: Double(step), epochs: Double(max(recipe.steps, 1)))
        optimizer.update(
            slopes, learningRate: recipe.optimizer.learningRate * learningRateFactor * rate,
            weightDecay: recipe.optimizer.weightDecay)
        step += 1
        remember(info.meanAcceptanceProbability)
        let seconds = Double(monotonicNanoseconds() - started) * 1e-9
        trainingSeconds += seconds
        report(value, info, ratiosBefore)
        tellTraining(info, seconds: seconds)
    }

    /// The target at draws `[N, D]`: exactly, for the chains, and as the loss sees it, which may be an estimate from some
    /// objects of the data.
    ///
    /// Draws with weights are no proposals for the chains: of them there is only what the loss sees.
    private func evaluate(
        _ draws: ProposalDraws
    ) -> (exact: [Double], forLoss: (values: [Double], gradients: [Double])) {
        let points = draws.points.doubles()
        guard let size = recipe.objects, let whole = target.density as? any DataLogDensity, size < whole.objectCount
        else {
            let evaluated = target.density.logDensityAndGradient(points)
            return (evaluated.values, evaluated)
        }
        var order = Array(0..<whole.objectCount)
        // The first places of a shuffled order, without shuffling the rest.
        for place in 0..<size {
            order.swapAt(place, place + objectStream.integer(below: order.count - place))
        }
        let estimate = whole.estimate(from: Array(order[..<size]))
        let forLoss = estimate.logDensityAndGradient(points)
        return (draws.weights == nil ? target.density.logDensity(points) : forLoss.values, forLoss)
    }

    /// The states that stand for the target in the loss, with its log density and that of the proposal.
    private func lossStates() -> (logTarget: Tensor, logProposal: Tensor) {
        var (points, logDensity) = replay?.draw(recipe.batch) ?? (states.points, states.logDensity)
        // No chain of the renewal has found the support: those of the training have.
        if points.isEmpty { (points, logDensity) = (states.points, states.logDensity) }
        let count = logDensity.count
        let onTape = Tensor(shape: [count, target.dimension], doubles: points).converted(to: proposal.dataType)
        return (
            Tensor(shape: [count], doubles: logDensity).converted(to: proposal.dataType), proposal.logDensity(onTape)
        )
    }

    /// A step of the chains to the draws of the loss.
    private func moveChains(to draws: ProposalDraws, logDensity: [Double]) -> StepInfo {
        var info = StepInfo()
        if draws.weights == nil {
            let drawn = DrawnProposals(
                points: draws.points.doubles(), logProposal: draws.logDensity.doubles(), logDensity: logDensity)
            kernel.step(&states, to: drawn, into: &info)
        } else {
            // Draws that need weights are no draws of the proposal.
            kernel.step(&states, into: &info)
        }
        return info
    }

    /// Keeps the acceptance of a step for the rule that ends the training.
    ///
    /// Not of the warm-up, which trains for something else; nor of the first steps, whose chains still are where the proposal
    /// put them and accept more than they will.
    private func remember(_ acceptance: Double) {
        guard recipe.enoughAcceptance != nil,
            step > max(recipe.warmUpSteps, ProposalRecipe.acceptanceWindow)
        else { return }
        if recentAcceptance.count == ProposalRecipe.acceptanceWindow { recentAcceptance.removeFirst() }
        recentAcceptance.append(acceptance)
    }

    private func report(_ loss: Double, _ info: StepInfo, _ ratiosBefore: [Double]) {
        var values = [
            MetricValue("train/loss", loss), MetricValue("train/acceptance", info.meanAcceptanceProbability),
        ]
        // E log(1 / ratio) over pairs of a state and a proposal is the symmetric divergence.
        let finite = zip(info.logRatio, ratiosBefore).filter { $0.isFinite && $1.isFinite }
        if finite.count == info.count {
            let divergence = -info.logRatio.reduce(0, +) / Double(info.count)
            values.append(MetricValue("train/acceptanceLowerBound", 1 - (max(divergence, 0) / 2).squareRoot()))
        }
        context.emit(.metrics(step: step, epoch: 0, values: values))
    }
}
