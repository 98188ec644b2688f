// SPDX-License-Identifier: Apache-2.0
// How far something is, and how long it will still take.

/// Progress as percent, bar, count and remaining time; parts are left out where there is no room.
public struct ProgressBar: Widget {
    /// What is done.
    public var done: Int
    /// What there is to do; `nil` when unknown, then no bar is drawn.
    public var total: Int?
    /// Seconds that the rest will take, if known.
    public var remainingSeconds: Double?
    /// What is counted, such as `steps`; may be empty.
    public var unit: String

    /// Creates a progress bar.
    public init(done: Int, total: Int?, remainingSeconds: Double? = nil, unit: String = "") {
        self.done = done
        self.total = total
        self.remainingSeconds = remainingSeconds
        self.unit = unit
    }

    /// Done part in [0, 1], or `nil` when the total is unknown or 0.
    public var fraction: Double? {
        guard let total, total > 0 else { return nil }
        return min(1, max(0, Double(done) / Double(total)))
    }

    /// Draws into the first row.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let row = area.row(0)
        let suffix = unit.isEmpty ? "" : " " + unit
        guard let fraction, let total else {
            buffer.write(NumberText.grouped(done) + suffix, in: row)
            return
        }
        // 100 % only when done: rounding must not promise more.
        let percent = fraction >= 1 ? 100 : min(99, Int(fraction * 100))
        let head = (percent < 100 ? percent < 10 ? "  " : " " : "") + "\(percent) % "
        var tail = " " + NumberText.grouped(done) + "/" + NumberText.grouped(total) + suffix
        if let remainingSeconds, fraction < 1 {
            tail += "  " + NumberText.duration(seconds: remainingSeconds) + " left"
        }
        let headWidth = min(row.width, SafeText.columns(of: head))
        let tailWidth = SafeText.columns(of: tail)
        let keepsTail = row.width - headWidth - tailWidth >= 8
        let keepsHead = row.width - headWidth >= 3
        let (rest, end) = row.splitRight(keepsTail ? tailWidth : 0)
        let (start, bar) = rest.splitLeft(keepsHead ? headWidth : 0)
        buffer.write(head, in: start, style: Style(.title))
        buffer.write(tail, in: end, style: Style(.dim))
        Bar(fraction, style: Style(.good)).render(into: &buffer, in: bar)
    }
}
