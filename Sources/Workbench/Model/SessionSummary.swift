// SPDX-License-Identifier: Apache-2.0
// What the chooser knows of a session file: enough to decide whether to start it.

/// A session file on offer.
public struct SessionSummary: Sendable, Equatable {
    /// Where the file is; what `Effect.startRun` names.
    public var path: String
    /// Short name, such as `demo`.
    public var name: String
    /// The file's `title`.
    public var title: String
    /// The engine it runs, such as `sbp`.
    public var engine: String
    /// One line: what the engine does for its user.
    public var purpose: String
    /// The comment at the top of the file, without comment signs.
    public var description: String
    /// The first lines of the file, for a preview.
    public var firstLines: [String]

    /// Creates a summary.
    public init(
        path: String, name: String, title: String, engine: String, purpose: String, description: String,
        firstLines: [String]
    ) {
        self.path = path
        self.name = name
        self.title = title
        self.engine = engine
        self.purpose = purpose
        self.description = description
        self.firstLines = firstLines
    }
}
