// SPDX-License-Identifier: Apache-2.0
// When the next frame is due: at once after a key, at most ten times a second for data, never when nothing changes.

/// What makes the next frame necessary.
struct Redraw: Sendable, Equatable {
    /// Data is drawn ten times a second at most; more is not read by anybody and costs the engines time.
    static let dataInterval = 0.1

    private(set) var isUrgent = true
    private(set) var hasNewData = false
    private(set) var lastFrame = -Double.infinity

    /// Asks for a frame at once.
    mutating func now() { isUrgent = true }

    /// Asks for a frame at the data rate.
    mutating func soon() { hasNewData = true }

    /// Notes that a frame was drawn.
    mutating func drawn(at seconds: Double) {
        self = Redraw()
        isUrgent = false
        lastFrame = seconds
    }

    /// Seconds until the next frame; `nil` when nothing changed.
    func secondsUntilFrame(at seconds: Double) -> Double? {
        if isUrgent { return 0 }
        guard hasNewData else { return nil }
        // A clock that was set back must not stop the screen.
        return min(Self.dataInterval, max(0, lastFrame + Self.dataInterval - seconds))
    }
}

extension WorkbenchModel {
    /// Seconds until the next frame should be drawn, from `seconds` on the clock of `Action.clock`.
    ///
    /// - Returns: 0 for at once; `nil` when there is nothing new to draw.
    public func secondsUntilFrame(at seconds: Double) -> Double? { redraw.secondsUntilFrame(at: seconds) }

    /// Seconds until something happens by itself, such as a message that goes away or an evaluation that begins, from
    /// `seconds` on the clock of `Action.clock`: then the model wants to be told the time.
    ///
    /// - Returns: `nil` when nothing happens until the next action, so that the loop may sleep.
    public func secondsUntilWake(at seconds: Double) -> Double? {
        let times = [
            notice.map { max(0, $0.expires - seconds) }, secondsUntilRest(at: seconds), secondsUntilChains(at: seconds),
        ]
        return times.compactMap { $0 }.min()
    }

    /// Notes that the loop drew a frame, also when it was skipped for a slow terminal.
    public mutating func frameWasDrawn(at seconds: Double) { redraw.drawn(at: seconds) }
}
