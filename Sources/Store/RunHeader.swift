// SPDX-License-Identifier: Apache-2.0
// What is known of a run before its first step and never changes afterwards.

/// The facts under which a run was started; with the session text they are enough to start it again.
public struct RunHeader: Sendable, Codable, Equatable {
    /// Name of the run, which is the name of its folder.
    public var name: String
    /// Name of the engine kind, such as `sbp`.
    public var engine: String
    /// Title from the session file.
    public var title: String
    /// Seed of every random stream.
    public var seed: UInt64
    /// Compute threads.
    public var threads: Int
    /// Where the session file was read; for display only, the text is stored.
    public var sessionPath: String
    /// Versions of elbo and of the libraries that can change results, by name.
    public var versions: [String: String]
    /// When the run was created, in seconds since 1970.
    public var createdAt: Double
    /// The metric that stands for the run in a list; empty for none.
    public var headlineMetric: String

    /// Creates a header.
    public init(
        name: String, engine: String, title: String, seed: UInt64, threads: Int, sessionPath: String,
        versions: [String: String], createdAt: Double, headlineMetric: String = ""
    ) {
        self.name = name
        self.engine = engine
        self.title = title
        self.seed = seed
        self.threads = threads
        self.sessionPath = sessionPath
        self.versions = versions
        self.createdAt = createdAt
        self.headlineMetric = headlineMetric
    }
}
