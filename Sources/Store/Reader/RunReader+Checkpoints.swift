// SPDX-License-Identifier: Apache-2.0
// Taking a state out of a run without touching it, also while another process works on it.
public import EngineKit
import GRDB
import Glibc

extension RunReader {
    /// A state that was taken out of a run.
    public struct SavedState: Sendable {
        /// The state.
        public var checkpoint: Checkpoint
        /// Steps done when it was saved.
        public var step: Int
    }

    /// The steps of which there are checkpoints, newest first.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    public func checkpointSteps() throws(StoreError) -> [Int] { try records().map(\.step) }

    /// The state of one step, or the newest intact one.
    ///
    /// A process that works on the run may replace a checkpoint at any moment; then the newer ones are looked at.
    ///
    /// - Throws: `StoreError`; `notFound` when there is no checkpoint, or none of that step.
    public func savedState(step: Int? = nil) throws(StoreError) -> SavedState {
        var fault: StoreError?
        // Each further round means that the writer has removed a file between two reads; it keeps the last three.
        for _ in 0..<10 {
            let records = try records().filter { step == nil || $0.step == step }
            guard !records.isEmpty else { throw missing(step, try checkpointSteps()) }
            var vanished = false
            for record in records {
                do throws(StoreError) {
                    return SavedState(checkpoint: try record.load(from: folder), step: record.step)
                } catch {
                    if error.code == .notFound { vanished = true }
                    fault = fault ?? error
                }
            }
            if !vanished { break }
        }
        throw fault ?? missing(step, [])
    }

    /// Asks the process that works on the run for a checkpoint and waits until there is one.
    ///
    /// - Parameter seconds: the longest wait; a step, or the evaluation at the end of an epoch, comes first.
    /// - Returns: whether the newest checkpoint holds the state of this moment or a later one. True without asking when
    ///   no process works on the run, or when a paused run has been saved where it stands.
    /// - Throws: `StoreError` when the database cannot be read or written.
    public func requestCheckpoint(waiting seconds: Double) throws(StoreError) -> Bool {
        let before = try position()
        guard before.state.isActive else { return true }
        if before.state == .paused, before.newest?.step == before.step { return true }
        do throws(StoreError) {
            try send(.checkpoint)
        } catch {
            // It ended in this moment.
            guard error.code == .notRunning else { throw error }
            return true
        }
        let end = monotonicNanoseconds() + UInt64(max(0, seconds) * 1e9)
        while monotonicNanoseconds() < end {
            let now = try position()
            if !now.state.isActive { return true }
            if let newest = now.newest, newest.identifier != before.newest?.identifier, newest.step >= before.step,
                FileSystem.exists(folder.checkpoint(step: newest.step))
            {
                return true
            }
            // Only the database tells; a run looks for commands four times a second.
            _ = poll(nil, 0, 50)
        }
        return false
    }

    /// What the run is doing; `interrupted` when the process of an active run is gone.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    public func state() throws(StoreError) -> RunState { try position().state }

    /// The newest state whose file holds what was saved; `nil` when none was ever saved.
    ///
    /// The process that works on the run may remove the file meanwhile; then the next call finds a newer one.
    ///
    /// - Throws: `StoreError` with the code `damaged` when there are records of checkpoints and none is intact.
    public func latestCheckpoint() throws(StoreError) -> (checkpoint: Checkpoint, step: Int)? {
        var faults: [String] = []
        return try CheckpointRecord.newestIntact(try records(), in: folder, passedOver: &faults)
    }

    private func records() throws(StoreError) -> [CheckpointRecord] { try read(CheckpointRecord.fetchAll) }

    private func position() throws(StoreError) -> (state: RunState, step: Int, newest: CheckpointRecord?) {
        let lockWasHeld = RunLock.isHeld(path: folder.lock)
        return try read { database in
            let status = try StoredStatus(database)
            return (
                status.seen(lockWasHeld: lockWasHeld, folder).state, status.progress?.step ?? 0,
                try CheckpointRecord.fetchAll(database).first
            )
        }
    }

    private func missing(_ step: Int?, _ known: [Int]) -> StoreError {
        let place = "'\(folder.path.printable())'"
        guard let step, !known.isEmpty else {
            return StoreError(.notFound, "\(place) has no checkpoint yet.")
        }
        let steps = known.map(String.init).joined(separator: ", ")
        return StoreError(.notFound, "\(place) has no checkpoint of step \(step); there are those of steps \(steps).")
    }
}
