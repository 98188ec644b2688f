// SPDX-License-Identifier: Apache-2.0
// The stages of a run: training without noise, training with noise, the cut, and training what is left.

import Datasets
import EngineKit
import Nets
import TensorCore
import Training

extension StructuredPruningEngine {
    /// A part of the run with its own length and optimizer.
    struct Stage {
        let name: String
        let settings: StageSettings
        /// Whether the gates are random.
        let hasNoise: Bool
        /// Whether the network has been cut in front of it.
        let trainsCompact: Bool

        /// The stages of a recipe, those without epochs left out; there is at least one.
        static func all(of recipe: PruningRecipe) -> [Stage] {
            let isNoisy = recipe.method.hasNoise
            var stages: [Stage] = []
            if recipe.pretrain.epochs > 0 {
                stages.append(
                    Stage(name: "pretrain", settings: recipe.pretrain, hasNoise: false, trainsCompact: false))
            }
            if recipe.train.epochs > 0 || stages.isEmpty {
                stages.append(
                    Stage(
                        name: isNoisy ? "prune" : "train", settings: recipe.train, hasNoise: isNoisy,
                        trainsCompact: false))
            }
            if recipe.finetune.epochs > 0 {
                stages.append(
                    Stage(name: "finetune", settings: recipe.finetune, hasNoise: false, trainsCompact: true))
            }
            return stages
        }
    }

    var current: Stage { stages[stage] }

    /// The network whose weights move now.
    var trainedNetwork: FeedForwardNetwork {
        guard current.trainsCompact, let compactNetwork else { return network }
        return compactNetwork
    }

    func stepsPerEpoch(_ stage: Stage) -> Int {
        (data.train.count + stage.settings.batch - 1) / stage.settings.batch
    }

    var isStageDone: Bool { stepInStage == current.settings.epochs * stepsPerEpoch(current) }

    var totalSteps: Int { stages.reduce(0) { $0 + $1.settings.epochs * stepsPerEpoch($1) } }

    func epochsBefore(_ index: Int) -> Double {
        Double(stages[..<index].reduce(0) { $0 + $1.settings.epochs })
    }

    func announceStage() {
        context.emit(.stage(step: step, name: current.name, index: stage, count: stages.count))
    }

    /// Goes on with the next stage, behind the cut if that trains the compact network.
    func enterNextStage() {
        guard !stages[stage + 1].trainsCompact || cut() else {
            stages.removeSubrange((stage + 1)...)
            return
        }
        startStage(stage + 1)
    }

    /// Begins a stage with a fresh optimizer; what it trains is there already.
    func startStage(_ index: Int) {
        stage = index
        stepInStage = 0
        optimizer = Optimizer(current.settings.optimizer.kind, trainedNetwork.parameters)
        batches = data.trainingBatches(size: current.settings.batch, firstEpoch: Int(epochsBefore(index)))
        announceStage()
    }

    /// The network without its removed units, with the mean of every scale folded in.
    ///
    /// - Returns: `nil` when a layer has no unit left and the network has become a constant.
    func makeCompactNetwork() -> FeedForwardNetwork? {
        let masks = currentMasks(thresholds: nil)
        return Compaction.compact(predictingNetwork(masks: masks), keep: masks, scales: unitScales)
    }

    /// Removes the units for good and says what that costs.
    ///
    /// - Returns: false when nothing is left that could be trained.
    private func cut() -> Bool {
        guard let compact = makeCompactNetwork() else {
            context.emit(
                .message(
                    step: step, level: .warning,
                    text: "a layer has lost all its units; there is no network left to fine-tune"))
            return false
        }
        takeCompactNetwork(compact)
        let error = test(compact, gates: []).error
        errorAfterCut = error
        let widths = widths(currentMasks(thresholds: nil)).map { "\($0)" }.joined(separator: "-")
        let percent = (100 * error).rounded() / 100
        context.emit(
            .message(
                step: step, level: .notice,
                text:
                    "cut to \(widths): \(percent) % test error before fine-tuning, \(compact.weightCount) weights left")
        )
        return true
    }

    /// Makes a network that comes fresh from the cut the one that fine-tuning trains.
    func takeCompactNetwork(_ compact: FeedForwardNetwork) {
        compactNetwork = compact
        guard recipe.method.hasNoisyWeights else { return }
        compactSupport = withoutGradients {
            compact.parameters.map { parameter in
                let value = parameter.value.detached()
                return value.rank > 1 ? value.abs().sign() : Tensor.ones(value.shape)
            }
        }
    }

    /// Units per layer as tables list them: a gate on features that are one pixel each counts the units of its parent.
    func widths(_ masks: [[Bool]]) -> [Int] {
        zip(costGraph.groups, masks).compactMap { group, mask in
            group.parent?.block == 1 ? nil : mask.count { $0 }
        }
    }
}

extension FeedForwardNetwork {
    /// Weights without biases and normalization, as costs count them.
    fileprivate var weightCount: Int { parameters.reduce(0) { $0 + ($1.value.rank > 1 ? $1.value.count : 0) } }
}
