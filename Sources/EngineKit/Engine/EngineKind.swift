// SPDX-License-Identifier: Apache-2.0
// How an engine is found by name, configured by a session file and built on its thread.

/// One kind of engine: a row in the runner's table `allEngines`.
///
/// A type without state, so the type itself may be used from any thread.
public protocol EngineKind: SendableMetatype {
    /// The value of `engine = "…"` in a session file, such as `sbp`.
    static var name: String { get }

    /// One line for `elbo sessions` and the session chooser.
    static var purpose: String { get }

    /// The metrics this engine can emit, with unit and direction.
    static var metrics: [MetricDefinition] { get }

    /// Versions of the libraries that decide the bits of a run, by name, such as `oneDNN`.
    static var libraries: [String: String] { get }

    /// The metric that stands for a run in a list, one of `metrics`; the first of them unless said otherwise.
    static var headlineMetric: String { get }

    /// Reads the engine's part of a session file.
    ///
    /// Problems are collected in the reader, all of them in one pass; the result is used only when there are none.
    static func recipe(from settings: SettingsReader) -> any EngineRecipe
}

extension EngineKind {
    /// None.
    public static var libraries: [String: String] { [:] }

    /// The first metric of the table.
    public static var headlineMetric: String { metrics.first?.name ?? "" }
}

/// A complete, checked description of a run: a plain value that can cross threads and from which the same run starts
/// again, bit for bit.
public protocol EngineRecipe: Sendable {
    /// The threshold on the signal-to-noise ratio at which the run measures its own test error, or
    /// `ThresholdEvaluation.byEvidence`; `nil` for engines that remove no units.
    var ownThreshold: Double? { get }

    /// Builds the engine; called on the thread that will own it.
    ///
    /// - Throws: `EngineError` when data or weights cannot be read or do not fit.
    func makeEngine(context: EngineContext) throws(EngineError) -> any Engine
}

extension EngineRecipe {
    /// None.
    public var ownThreshold: Double? { nil }
}

/// What the runner lends to an engine for its life.
public struct EngineContext: Sendable {
    /// The seed of the run; every random stream is derived from it and a purpose.
    public var seed: UInt64
    /// Compute threads the engine may use.
    public var threads: Int
    /// Folders in which data sets are looked for, in this order.
    public var dataDirectories: [String]
    /// Whether a checkpoint is restored right after the engine is built: what it holds need not be made or read before.
    public var isResuming: Bool
    /// Takes an event; lossless for the store, never blocks on the screen.
    public var emit: @Sendable (RunEvent) -> Void

    /// Creates a context.
    public init(
        seed: UInt64, threads: Int, dataDirectories: [String], isResuming: Bool = false,
        emit: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.seed = seed
        self.threads = threads
        self.dataDirectories = dataDirectories
        self.isResuming = isResuming
        self.emit = emit
    }
}
