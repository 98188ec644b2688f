// SPDX-License-Identifier: Apache-2.0
// Zooming and panning: how the visible range of an axis follows the keys.

/// Arithmetic on the visible part of an axis.
public enum ChartWindow {
    /// The window after zooming about a value, within the full range.
    ///
    /// - Parameters:
    ///   - window: the visible part.
    ///   - factor: above 1 shows less, below 1 shows more.
    ///   - center: the value that keeps its place on the screen.
    ///   - full: everything there is to see.
    /// - Returns: `full` when the result would cover it; the window itself when it cannot shrink any further.
    public static func zoom(
        _ window: ClosedRange<Double>, by factor: Double, about center: Double, within full: ClosedRange<Double>
    ) -> ClosedRange<Double> {
        guard factor.isFinite, factor > 0, center.isFinite else { return window }
        let extent = (window.upperBound - window.lowerBound) / factor
        if extent >= full.upperBound - full.lowerBound { return full }
        // Below this the ends of the window are hardly different numbers any more.
        let smallest = max(abs(full.lowerBound), abs(full.upperBound)) * 1e-12
        if factor > 1 && extent <= smallest { return window }
        let held = min(window.upperBound, max(window.lowerBound, center))
        return shift(held - (held - window.lowerBound) / factor, extent, within: full)
    }

    /// The window moved by a fraction of its width, positive to the right, stopping at the ends of the full range.
    public static func pan(
        _ window: ClosedRange<Double>, by fraction: Double, within full: ClosedRange<Double>
    ) -> ClosedRange<Double> {
        let extent = window.upperBound - window.lowerBound
        guard fraction.isFinite, extent < full.upperBound - full.lowerBound else { return window }
        return shift(window.lowerBound + fraction * extent, extent, within: full)
    }

    private static func shift(
        _ start: Double, _ extent: Double, within full: ClosedRange<Double>
    ) -> ClosedRange<Double> {
        let low = max(full.lowerBound, min(start, full.upperBound - extent))
        return low...max(low, min(low + extent, full.upperBound))
    }
}
