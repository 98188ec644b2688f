// SPDX-License-Identifier: Apache-2.0
// What both engines of learned proposals answer alike: commands, and the end of a training that has gone astray.

import EngineKit
import Training

/// An engine that trains a proposal and then samples with it.
protocol ProposalEngine: Engine {
    var recipe: ProposalRecipe { get }
    var context: EngineContext { get }
    /// Training steps done.
    var step: Int { get }
    /// Learning rate that a user has set, over the recipe's.
    var learningRateFactor: Double { get set }
    /// The chains whose draws are kept; `nil` while there is training.
    var sampling: SamplingStage? { get }
}

extension ProposalEngine {
    func apply(_ command: EngineCommand) -> String? {
        switch command {
        case .setParameter(name: "learningRate", let value):
            guard sampling == nil else { return "the training is over; learningRate has no effect any more" }
            do throws(EngineError) { learningRateFactor = try recipe.optimizer.factor(for: value) } catch {
                return error.description
            }
            context.emit(.message(step: step, level: .notice, text: "learning rate set to \(value)"))
            return nil
        case .setParameter(let name, _):
            return "cannot set \(name) while running; allowed: learningRate"
        case .evaluateThresholds:
            return "a learned proposal has no units and no thresholds"
        }
    }

    /// The error of a training that cannot go on; tells it to the log too.
    func diverged(_ what: String) -> EngineError {
        let text =
            "\(what) at step \(step); the last checkpoint is kept. "
            + "A smaller learning rate usually helps (now \(recipe.optimizer.learningRate))."
        context.emit(.message(step: step, level: .failure, text: text))
        return EngineError(text)
    }
}
