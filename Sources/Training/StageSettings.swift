// SPDX-License-Identifier: Apache-2.0
// The `[train]` and `[pretrain]` sections of a session file: how long and with which optimizer.

public import EngineKit
public import Nets

/// One stage of training.
public struct StageSettings: Sendable, Equatable {
    /// Passes over the training data.
    public var epochs: Int
    /// Objects per step.
    public var batch: Int
    /// The optimizer of the weights.
    public var optimizer: OptimizerSettings

    /// Reads a section.
    ///
    /// - Parameter epochs: used when the section does not say.
    public init(_ settings: SettingsReader, epochs: Int) {
        self.epochs = settings.integer("epochs", default: epochs, in: 0...100_000)
        batch = settings.integer("batch", default: 100, in: 1...65_536)
        optimizer = OptimizerSettings(settings.table("optimizer"))
    }
}

/// An optimizer with its rates.
public struct OptimizerSettings: Sendable, Equatable {
    /// Which rule.
    public var kind: OptimizerKind
    /// Base learning rate.
    public var learningRate: Double
    /// Its course over the stage.
    public var schedule: Schedule
    /// Coefficient of `1/2 |w|²` added to the loss per object.
    public var weightDecay: Double

    /// Reads an inline table such as `{ name = "adam", learningRate = 1e-3, schedule = "linear-from 100" }`.
    public init(_ settings: SettingsReader) {
        let name = settings.string("name", default: "adam", allowed: ["adam", "sgd", "rmsprop"])
        switch name {
        case "sgd":
            kind = .stochasticGradientDescent(
                momentum: settings.real("momentum", default: 0.9, in: 0..<1),
                nesterov: settings.boolean("nesterov", default: false))
        case "rmsprop":
            kind = .rootMeanSquarePropagation(decay: settings.real("decay", default: 0.99, in: 0..<1), epsilon: 1e-8)
        default:
            kind = .adam(
                beta1: settings.real("beta1", default: 0.9, in: 0..<1),
                beta2: settings.real("beta2", default: 0.999, in: 0..<1), epsilon: 1e-8)
        }
        learningRate = settings.real("learningRate", default: name == "sgd" ? 0.05 : 1e-3, in: 0...10)
        let text = settings.string("schedule", default: "constant")
        if let schedule = Schedule(text) {
            self.schedule = schedule
        } else {
            settings.report("schedule", allowed: Schedule.forms)
            schedule = .constant
        }
        weightDecay = settings.real("weightDecay", default: 0, in: 0...1)
    }

    /// The factor that makes the base learning rate another one, which a user asks for while a run goes on.
    ///
    /// - Throws: `EngineError` when the rate is no number from 0, or the base rate is 0.
    public func factor(for rate: Double) throws(EngineError) -> Double {
        guard rate.isFinite, rate >= 0 else {
            throw EngineError("learningRate is \(rate), allowed: a number from 0")
        }
        guard learningRate > 0 else { throw EngineError("the stage's learning rate is 0 and cannot be scaled") }
        return rate / learningRate
    }
}
