// SPDX-License-Identifier: Apache-2.0
// `weights` of the `[model]` section: the network of a run begins with what a file holds.

public import EngineKit
public import Nets

extension ModelSelection {
    /// Puts the weights of the session's file into a network; does nothing without one, and in a run that goes on from
    /// a checkpoint, which has the weights already.
    ///
    /// - Throws: `EngineError` naming the file, with everything in it that does not fit.
    public func loadWeights(into network: FeedForwardNetwork, _ context: EngineContext) throws(EngineError) {
        guard let weights, !context.isResuming else { return }
        let contents: Checkpoint
        do throws(EngineError) {
            contents = try readTensors(weights)
        } catch {
            throw EngineError(
                "model.weights: \(error.description) A run needs this file until it has written its first checkpoint.")
        }
        do throws(EngineError) {
            let found = try WeightImport(contents, for: network)
            found.assign(to: network)
            context.emit(
                .message(
                    step: 0, level: .notice, text: "begins with \(weights.printable()), \(found.kind)"))
        } catch {
            throw EngineError("model.weights: \(weights.printable()): \(error.description)")
        }
    }
}
