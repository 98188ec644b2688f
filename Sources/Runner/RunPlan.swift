// SPDX-License-Identifier: Apache-2.0
// Everything that is decided before a run starts, as values.

public import EngineKit
import Store

/// A run that could start: checked, named, and not yet anywhere on disk.
public struct RunPlan: Sendable {
    /// Which engine, with its metrics.
    public var engine: any EngineKind.Type
    /// The engine's checked settings.
    public var recipe: any EngineRecipe
    /// Name of the run and its folder.
    public var name: String
    /// One line that says what the run is.
    public var title: String
    /// Where the session file was, for display.
    public var sessionPath: String
    /// The session file's text as run, stored with the run.
    public var sessionText: String
    /// Seed of every random stream.
    public var seed: UInt64
    /// Compute threads.
    public var threads: Int
    /// Folder that holds all runs.
    public var runsDirectory: String
    /// Where data sets are looked for.
    public var dataDirectories: [String]
    /// When to end early and when to save.
    public var limits: RunLimits

    /// Creates a plan.
    public init(
        engine: any EngineKind.Type, recipe: any EngineRecipe, name: String, title: String, sessionPath: String,
        sessionText: String, seed: UInt64, threads: Int, runsDirectory: String, dataDirectories: [String],
        limits: RunLimits
    ) {
        self.engine = engine
        self.recipe = recipe
        self.name = name
        self.title = title
        self.sessionPath = sessionPath
        self.sessionText = sessionText
        self.seed = seed
        self.threads = threads
        self.runsDirectory = runsDirectory
        self.dataDirectories = dataDirectories
        self.limits = limits
    }

    /// The header stored with the run.
    var header: RunHeader {
        RunHeader(
            name: name, engine: engine.name, title: title, seed: seed, threads: threads, sessionPath: sessionPath,
            versions: Versions.all(for: engine), createdAt: wallClockSeconds(), headlineMetric: engine.headlineMetric)
    }
}

/// When a run ends before its engine is done, and how often it is saved.
public struct RunLimits: Sendable, Equatable {
    /// Steps after which the run stops, counted over all its processes; `nil` for none.
    public var maximumSteps: Int?
    /// Seconds of this process after which the run stops; `nil` for none.
    public var maximumSeconds: Double?
    /// Seconds between checkpoints.
    public var checkpointSeconds: Double

    /// Creates limits; by default none, with a checkpoint every half minute.
    public init(maximumSteps: Int? = nil, maximumSeconds: Double? = nil, checkpointSeconds: Double = 30) {
        self.maximumSteps = maximumSteps
        self.maximumSeconds = maximumSeconds
        self.checkpointSeconds = checkpointSeconds
    }
}
