// SPDX-License-Identifier: Apache-2.0
// What a recipe can do when the network of its runs is worth a file of its own.

/// A recipe whose runs hold a network that can leave elbo.
public protocol NetworkRecipe: EngineRecipe {
    /// Writes the network of a saved run to a file that opens without the run.
    ///
    /// Called on a thread of its own, not on that of the run. The file appears only when what was read back from it
    /// gives the same results.
    ///
    /// - Returns: what was written and measured; the `report` of the file (docs/Command-line.md).
    /// - Throws: `EngineError` when the checkpoint or the request does not fit, or the file cannot be written.
    func writeNetwork(
        of checkpoint: Checkpoint, _ request: NetworkRequest, context: EngineContext
    ) throws(EngineError) -> JSONObject
}

/// Which network to write, and where.
public struct NetworkRequest: Sendable {
    /// Which units go.
    public var thresholds: Thresholds
    /// The file to write.
    public var path: String
    /// Facts about the run that belong into the file.
    public var provenance: JSONObject

    /// Which units go: those whose signal-to-noise ratio is not above a threshold.
    public enum Thresholds: Sendable, Equatable {
        /// The session's threshold.
        case session
        /// The same for all layers.
        case all(Double)
        /// One per layer, in network order.
        case each([Double])
    }

    /// Creates a request.
    public init(thresholds: Thresholds, path: String, provenance: JSONObject) {
        self.thresholds = thresholds
        self.path = path
        self.provenance = provenance
    }
}
