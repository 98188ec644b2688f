// SPDX-License-Identifier: Apache-2.0
// A row of the run catalog: what is known of a run without opening it.

public import EngineKit

/// A run as the catalog lists it.
public struct RunSummary: Sendable, Equatable {
    /// The run's name, unique in its folder.
    public var name: String
    /// The engine, such as `sbp`.
    public var engine: String
    /// The title of its session.
    public var title: String
    /// What it is doing.
    public var state: RunState
    /// Steps done.
    public var step: Int
    /// Steps of the whole run, when known.
    public var totalSteps: Int?
    /// The metric that stands for the run, with its newest value.
    public var headline: MetricValue?
    /// When it last wrote something, seconds on the clock of `Action.clock`.
    public var lastSeen: Double

    /// Creates a row.
    public init(
        name: String, engine: String, title: String, state: RunState, step: Int, totalSteps: Int? = nil,
        headline: MetricValue? = nil, lastSeen: Double
    ) {
        self.name = name
        self.engine = engine
        self.title = title
        self.state = state
        self.step = step
        self.totalSteps = totalSteps
        self.headline = headline
        self.lastSeen = lastSeen
    }
}

extension WorkbenchModel {
    /// Whether the lists of session files and runs are on show.
    public var wantsCatalog: Bool { screen == SessionsScreen.name || screen == RunsScreen.name }
}
