// SPDX-License-Identifier: Apache-2.0
// What an engine is to the rest of elbo: something built from a recipe on its own thread, advanced step by step.

/// A running method: owns networks, data and random streams, and is advanced one step at a time.
///
/// An engine is built, advanced, saved and destroyed on one thread, so nothing it owns needs to be Sendable. It never
/// waits, never writes files and never prints: what happened leaves through `EngineContext.emit`.
public protocol Engine: AnyObject {
    /// How far the engine is; read between steps.
    var progress: Progress { get }

    /// Does one step (one mini-batch update, one batch of proposals, one evaluation pass).
    ///
    /// - Throws: `EngineError` when the engine cannot go on (a NaN loss, unreadable data). The engine must still be
    ///   able to answer `summary` afterwards.
    func advance() throws(EngineError) -> StepOutcome

    /// Does what a user asked for while the run goes on; called between steps.
    ///
    /// - Returns: `nil` when done, else a sentence that says why not and what is allowed.
    func apply(_ command: EngineCommand) -> String?

    /// Does a slice of work that a user waits for while the run is paused, such as an evaluation.
    ///
    /// - Returns: whether there is more of it.
    func workWhilePaused() -> Bool

    /// Everything needed to continue with the same bits: parameters, optimizer moments, stream counters, position.
    func checkpoint() -> Checkpoint

    /// Takes over a state that `checkpoint` returned for the same recipe.
    ///
    /// - Throws: `EngineError` naming the first tensor or key that is missing or has the wrong shape.
    func restore(_ checkpoint: Checkpoint) throws(EngineError)

    /// The engine's own fields of the result object (docs/Command-line.md), without the ones all engines share.
    func summary() -> JSONObject
}

extension Engine {
    /// Nothing is waited for.
    public func workWhilePaused() -> Bool { false }
}

/// Whether an engine has more to do.
public enum StepOutcome: Sendable, Equatable {
    /// There is a next step.
    case running
    /// The work is complete; `advance` must not be called again.
    case finished
}

/// How far an engine is.
public struct Progress: Sendable, Equatable, Codable {
    /// Steps done since the start of the run, over all stages.
    public var step: Int
    /// Steps of the whole run, or `nil` when it ends by a rule.
    public var totalSteps: Int?
    /// Passes over the training data done, a fraction within a pass; 0 for engines without data.
    public var epoch: Double
    /// The stage at work, such as `pretrain` or `prune`.
    public var stage: String

    /// Creates a position.
    public init(step: Int, totalSteps: Int?, epoch: Double, stage: String) {
        self.step = step
        self.totalSteps = totalSteps
        self.epoch = epoch
        self.stage = stage
    }
}

/// What a user may ask of a running engine.
public enum EngineCommand: Sendable, Equatable, Codable {
    /// Changes a number while running, such as `learningRate`.
    case setParameter(name: String, value: Double)
    /// Evaluates the network with the given keep threshold per layer (SNR units), answering by an `evaluation` event.
    case evaluateThresholds(requestIdentifier: Int, thresholds: [Double])
}

/// Why an engine could not start or go on; the text is complete for a user: what failed, on what, what to do.
public struct EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence shown to the user.
    public var description: String

    /// Creates an error from its sentence.
    public init(_ description: String) {
        self.description = description
    }
}
