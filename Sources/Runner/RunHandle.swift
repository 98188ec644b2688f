// SPDX-License-Identifier: Apache-2.0
// A run of this process as other threads see it: a steering wheel, a feed, an end.

public import EngineKit
public import Store
import Synchronization

/// How a run ended.
public struct RunOutcome: Sendable, Equatable {
    /// `finished`, `stopped` or `failed`.
    public var state: RunState
    /// Why it stopped or failed.
    public var reason: String?
    /// The result object (docs/Command-line.md).
    public var summary: JSONObject
}

/// A run on its worker thread.
public final class RunHandle: Sendable {
    /// Name of the run.
    public let name: String
    /// Steers it.
    public let control: RunControl
    /// What a screen reads.
    public let feed: EventFeed
    private let writer: RunWriter
    private let outcome = Mutex<RunOutcome?>(nil)
    /// Taken out by the one thread that waits for the end.
    private let worker = Mutex<WorkerThread?>(nil)

    /// Starts a new run.
    ///
    /// - Parameter wake: called when the feed has something to read again; must not block.
    /// - Throws: `StoreError` when its folder cannot be made; then nothing has started and nothing is left behind.
    public static func start(_ plan: RunPlan, wake: @escaping @Sendable () -> Void = {}) throws(StoreError) -> RunHandle
    {
        let writer = try RunWriter.create(
            parent: plan.runsDirectory, header: plan.header, sessionText: plan.sessionText)
        return RunHandle(plan, writer, resuming: false, wake)
    }

    /// Continues a run where its last checkpoint stands.
    ///
    /// - Throws: `StoreError` when it cannot be opened or another process works on it.
    public static func resume(_ plan: RunPlan, wake: @escaping @Sendable () -> Void = {}) throws(StoreError)
        -> RunHandle
    {
        RunHandle(plan, try RunWriter.open(parent: plan.runsDirectory, name: plan.name), resuming: true, wake)
    }

    private init(_ plan: RunPlan, _ writer: RunWriter, resuming: Bool, _ wake: @escaping @Sendable () -> Void) {
        name = plan.name
        let control = RunControl()
        let feed = EventFeed(wake: wake)
        self.control = control
        self.feed = feed
        self.writer = writer
        // Called on the store's thread, so that `resume` from elsewhere also wakes a paused worker.
        writer.deliverCommands { control.handle($0) }
        worker.withLock { slot in
            slot = WorkerThread(name: "elbo engine", nice: 19) { [self] in
                var worker = RunWorker(plan, writer, control, feed)
                let end = worker.run(resuming: resuming)
                outcome.withLock { $0 = end }
                wake()
            }
        }
    }

    /// Events that wait for the disk, and the seconds for which the run has waited for it.
    public var storeLoad: (waitingEvents: Int, waitedSeconds: Double) { (writer.waitingEvents, writer.waitedSeconds) }

    /// How the run ended, or `nil` while it goes on.
    public var ended: RunOutcome? { outcome.withLock { $0 } }

    /// Waits for the end.
    public func wait() -> RunOutcome {
        let taken = worker.withLock { $0.take() }
        taken?.join()
        guard let end = ended else { fatalError("run \(name): a second thread waits for it") }
        return end
    }
}
