// SPDX-License-Identifier: Apache-2.0
// The newest state of a run, for whoever looks at it without working on it.
public import EngineKit
import GRDB

extension RunReader {
    /// The newest state whose file holds what was saved; `nil` when none was ever saved.
    ///
    /// The process that works on the run may remove the file meanwhile; then the next call finds a newer one.
    ///
    /// - Throws: `StoreError` with the code `damaged` when there are records of checkpoints and none is intact.
    public func latestCheckpoint() throws(StoreError) -> (checkpoint: Checkpoint, step: Int)? {
        var faults: [String] = []
        return try CheckpointRecord.newestIntact(
            try read(CheckpointRecord.fetchAll), in: folder, passedOver: &faults)
    }
}
