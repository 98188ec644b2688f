// SPDX-License-Identifier: Apache-2.0
// What the program says about itself; measured by the wiring, shown on the log screen.

/// Load and health of this process.
public struct SystemReport: Sendable, Equatable {
    /// Resident memory in bytes.
    public var residentBytes: Int
    /// Frames drawn since the start.
    public var frames: Int
    /// Median time to compose and send a frame, milliseconds.
    public var medianFrameMilliseconds: Double
    /// 99th percentile of the time to compose and send a frame, milliseconds.
    public var highFrameMilliseconds: Double
    /// Bytes sent to the terminal per frame, median.
    public var bytesPerFrame: Int
    /// Events that wait for the store.
    public var storeQueue: Int
    /// Seconds that engines have waited for the store.
    public var storeWaitSeconds: Double
    /// Threads of the process.
    public var threads: Int

    /// Creates a report.
    public init(
        residentBytes: Int, frames: Int, medianFrameMilliseconds: Double, highFrameMilliseconds: Double,
        bytesPerFrame: Int, storeQueue: Int, storeWaitSeconds: Double, threads: Int
    ) {
        self.residentBytes = residentBytes
        self.frames = frames
        self.medianFrameMilliseconds = medianFrameMilliseconds
        self.highFrameMilliseconds = highFrameMilliseconds
        self.bytesPerFrame = bytesPerFrame
        self.storeQueue = storeQueue
        self.storeWaitSeconds = storeWaitSeconds
        self.threads = threads
    }
}

extension WorkbenchModel {
    /// Whether a report would be seen.
    public var wantsSystemReport: Bool { screen == LogScreen.name }
}
