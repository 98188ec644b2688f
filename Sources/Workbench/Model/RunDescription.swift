// SPDX-License-Identifier: Apache-2.0
// What the wiring tells the workbench about a run that it opened, before any of its events.

public import EngineKit

/// A run that was started or opened.
public struct RunDescription: Sendable, Equatable {
    /// The threshold of the papers [NMAV17], for runs that do not say theirs.
    public static let publishedThreshold = 1.0

    /// The run's name.
    public var name: String
    /// The engine, such as `sbp`.
    public var engine: String
    /// The title of its session.
    public var title: String
    /// The metrics that the engine can report.
    public var metrics: [MetricDefinition]
    /// The metric that stands for the run.
    public var headlineMetric: String
    /// Whether this process trains it; leaving such a run needs a decision.
    public var isOwn: Bool
    /// Whether thresholds can be evaluated although no engine is at work on the run.
    public var canEvaluateWhenDone: Bool
    /// The threshold at which it measures its own test error, SNR units, or `ThresholdEvaluation.byEvidence`.
    public var ownThreshold: Double
    /// The parameters that `:set` may change while it runs, such as `learningRate`.
    public var parameters: [String]

    /// Creates a description.
    public init(
        name: String, engine: String, title: String, metrics: [MetricDefinition], headlineMetric: String,
        isOwn: Bool, canEvaluateWhenDone: Bool = false, ownThreshold: Double = publishedThreshold,
        parameters: [String] = ["learningRate"]
    ) {
        self.name = name
        self.engine = engine
        self.title = title
        self.metrics = metrics
        self.headlineMetric = headlineMetric
        self.isOwn = isOwn
        self.canEvaluateWhenDone = canEvaluateWhenDone
        self.ownThreshold = ownThreshold
        self.parameters = parameters
    }
}

/// A slice of a run's past, read from its store.
public struct RunHistory: Sendable, Equatable {
    /// Events in order.
    public var events: [RunEvent]
    /// Whether what is known of the run is forgotten first; true for the first slice.
    public var startsOver: Bool
    /// Whether more slices follow.
    public var isComplete: Bool

    /// Creates a slice.
    public init(events: [RunEvent], startsOver: Bool, isComplete: Bool) {
        self.events = events
        self.startsOver = startsOver
        self.isComplete = isComplete
    }
}
