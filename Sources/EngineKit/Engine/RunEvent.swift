// SPDX-License-Identifier: Apache-2.0
// What happens in a run, as small plain values: the one stream that store, screen and plain output read.

/// Something that happened in a run.
public enum RunEvent: Sendable, Equatable {
    /// Values of metrics at a step.
    case metrics(step: Int, epoch: Double, values: [MetricValue])
    /// The prunable layers with all their units; emitted once an epoch, at the end, and when an evaluation begins between
    /// two epochs, so that its units are known.
    case layers(LayerSnapshot)
    /// What the network costs and how its layers are coupled; emitted once, before the first `layers`.
    case costGraph(CostGraph)
    /// A stage began.
    case stage(step: Int, name: String, index: Int, count: Int)
    /// The position after a step; a screen shows the newest only.
    case progress(Progress)
    /// The answer to `EngineCommand.evaluateThresholds`.
    case evaluation(ThresholdEvaluation)
    /// Draws, predictions and other things with many numbers.
    case record(RunRecord)
    /// A sentence for the log.
    case message(step: Int, level: MessageLevel, text: String)
}

/// The value of one metric.
public struct MetricValue: Sendable, Equatable, Codable {
    /// A name from the engine's `metrics` table, such as `train/loss`; the part before the slash is the group.
    public var name: String
    /// The value; NaN and infinities are kept as they are.
    public var value: Double

    /// Creates a value.
    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

/// What a metric means.
public struct MetricDefinition: Sendable, Equatable {
    /// The name in events, such as `test/error`.
    public var name: String
    /// The unit for axes: `%`, `nats`, `1/s`, or empty for a pure number.
    public var unit: String
    /// Which direction is better.
    public var direction: MetricDirection
    /// One sentence with the definition, shown by the help of the focused number.
    public var definition: String

    /// Creates a definition.
    public init(name: String, unit: String, direction: MetricDirection, definition: String) {
        self.name = name
        self.unit = unit
        self.direction = direction
        self.definition = definition
    }
}

/// Which values of a metric are good.
public enum MetricDirection: Sendable, Equatable {
    /// Smaller is better.
    case lowerIsBetter
    /// Larger is better.
    case higherIsBetter
    /// Neither.
    case neutral
}

/// How serious a message is.
public enum MessageLevel: String, Sendable, Equatable, Codable {
    /// Good to know.
    case notice
    /// Something is off, the run goes on.
    case warning
    /// The run cannot go on.
    case failure
}
