// SPDX-License-Identifier: Apache-2.0
// A run of this process as other threads see it: a steering wheel, a feed, an end.

public import EngineKit
import Glibc
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
    private let outcome = Mutex<RunOutcome?>(nil)
    private let threads: Mutex<Threads?>

    private struct Threads: ~Copyable {
        let worker: WorkerThread
        let poller: CommandPoller

        consuming func join() {
            worker.join()
            poller.stop()
        }
    }

    /// Starts a new run.
    ///
    /// - Parameter wake: called when the feed has something to read again; must not block.
    /// - Throws: `StoreError` when its folder cannot be made; then nothing has started and nothing is left behind.
    public static func start(_ plan: RunPlan, wake: @escaping @Sendable () -> Void = {}) throws(StoreError) -> RunHandle {
        let writer = try RunWriter.create(
            parent: plan.runsDirectory, header: plan.header, sessionText: plan.sessionText)
        return RunHandle(plan, writer, resuming: false, wake)
    }

    /// Continues a run where its last checkpoint stands.
    ///
    /// - Throws: `StoreError` when it cannot be opened or another process works on it.
    public static func resume(_ plan: RunPlan, wake: @escaping @Sendable () -> Void = {}) throws(StoreError) -> RunHandle {
        RunHandle(plan, try RunWriter.open(parent: plan.runsDirectory, name: plan.name), resuming: true, wake)
    }

    private init(_ plan: RunPlan, _ writer: RunWriter, resuming: Bool, _ wake: @escaping @Sendable () -> Void) {
        name = plan.name
        let control = RunControl()
        let feed = EventFeed(wake: wake)
        self.control = control
        self.feed = feed
        threads = Mutex(nil)
        let poller = CommandPoller(writer, control)
        let worker = WorkerThread(name: "elbo engine", nice: 19) { [self] in
            var worker = RunWorker(plan, writer, control, feed)
            let end = worker.run(resuming: resuming)
            outcome.withLock { $0 = end }
            wake()
        }
        let both = Threads(worker: worker, poller: poller)
        threads.withLock { $0 = consume both }
    }

    /// How the run ended, or `nil` while it goes on.
    public var ended: RunOutcome? { outcome.withLock { $0 } }

    /// Waits for the end.
    public func wait() -> RunOutcome {
        let taken = threads.withLock { $0.take() }
        taken?.join()
        guard let end = ended else { fatalError("run \(name): a second thread waits for it") }
        return end
    }
}

/// Hands the commands that other processes leave in the store to a run.
///
/// A thread of its own, because a paused worker sleeps and must still be woken by `resume` from elsewhere.
struct CommandPoller: ~Copyable {
    private let thread: WorkerThread
    private let stopEnd: Int32

    init(_ writer: RunWriter, _ control: RunControl) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { fatalError("pipe failed with errno \(errno)") }
        let readEnd = ends[0]
        stopEnd = ends[1]
        thread = WorkerThread(name: "elbo commands", nice: 0) {
            // Four times a second: slow enough to cost nothing, fast enough for a person.
            var descriptor = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            while poll(&descriptor, 1, 250) == 0 {
                for command in writer.takeCommands() { control.handle(command) }
            }
            Glibc.close(readEnd)
        }
    }

    consuming func stop() {
        Glibc.close(stopEnd)
        thread.join()
    }
}
