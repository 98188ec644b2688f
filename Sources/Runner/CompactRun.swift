// SPDX-License-Identifier: Apache-2.0
// The network of a stored run as a file of its own, from the command line or from a workbench that must not wait.

public import EngineKit
import Store

/// What came of writing a network.
public struct CompactOutcome: Sendable {
    /// The file.
    public var path: String
    /// Step of the state that was written.
    public var step: Int
    /// The report in the file.
    public var report: JSONObject
    /// Things to tell the user, such as a checkpoint that is older than the run.
    public var notes: [String]
}

/// The writing of a stored run's network.
public struct CompactRun: Sendable {
    /// The stored run, as it would be resumed.
    public var plan: RunPlan
    /// Which units go.
    public var thresholds: NetworkRequest.Thresholds
    /// Step of the checkpoint; `nil` for the newest, for which a running process is asked first.
    public var step: Int?
    /// The file to write.
    public var path: String

    /// Seconds that a process is given to write a checkpoint: an evaluation of a large network fits into them.
    static let patience = 30.0

    /// Creates a task.
    public init(plan: RunPlan, thresholds: NetworkRequest.Thresholds, step: Int? = nil, path: String) {
        self.plan = plan
        self.thresholds = thresholds
        self.step = step
        self.path = path
    }

    /// Does it on the calling thread.
    ///
    /// - Throws: `StoreError` or `EngineError`, each a whole sentence; then no file was written.
    public func perform() throws -> CompactOutcome {
        guard let recipe = plan.recipe as? any NetworkRecipe else {
            throw EngineError("A run of \(plan.engine.name) has no network that could be written.")
        }
        let reader = try RunReader(parent: plan.runsDirectory, name: plan.name)
        var notes: [String] = []
        if step == nil, try !reader.requestCheckpoint(waiting: Self.patience) {
            notes.append(
                "\(plan.name) did not write a checkpoint within \(Int(Self.patience)) seconds; an older one is used")
        }
        let saved = try reader.savedState(step: step)
        if try reader.state().isActive {
            notes.append("\(plan.name) is being worked on; this is its network at step \(saved.step)")
        }
        let context = EngineContext(
            seed: plan.seed, threads: plan.threads, dataDirectories: plan.dataDirectories, isResuming: true,
            emit: { _ in })
        let request = NetworkRequest(thresholds: thresholds, path: path, provenance: provenance(reader.header))
        let report = try recipe.writeNetwork(of: saved.checkpoint, request, context: context)
        return CompactOutcome(path: path, step: saved.step, report: report, notes: notes)
    }

    /// Does it on a thread of its own, behind everything else that runs.
    ///
    /// - Parameter completion: called on that thread with the outcome or a sentence that says what went wrong.
    public func start(completion: @escaping @Sendable (Result<CompactOutcome, EngineError>) -> Void) {
        _ = WorkerThread(name: "elbo compact", nice: 19) {
            do {
                completion(.success(try perform()))
            } catch {
                completion(.failure(EngineError("\(error)")))
            }
        }
    }

    private func provenance(_ header: RunHeader) -> JSONObject {
        var versions = JSONObject()
        for (name, version) in header.versions.sorted(by: { $0.key < $1.key }) { versions[name] = .string(version) }
        return [
            "run": .string(plan.name), "title": .string(plan.title), "engine": .string(plan.engine.name),
            "seed": .integer(Int(clamping: plan.seed)), "versions": .object(versions),
            "writtenBy": .string("elbo \(Versions.elbo)"), "session": .string(plan.sessionText),
        ]
    }
}
