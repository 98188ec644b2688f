// SPDX-License-Identifier: Apache-2.0
// The part of a curve that deserves the height of a chart when a few values lie far outside.

extension SeriesPyramid {
    /// A y range that leaves out far outliers of the points in a window, or `nil` without finite points there.
    ///
    /// The middle 96 % of the values, widened by half of their spread on both sides, cut to what occurs. Quantiles
    /// are taken from at most 256 points at even distances; charts mark exactly what is clipped, so the estimate
    /// decides on the zoom only and never hides data silently.
    public func robustRange(in window: ClosedRange<Double>) -> ClosedRange<Double>? {
        let indices = indices(in: window)
        guard let full = SeriesPyramid.range(values.summary(indices)) else { return nil }
        let wanted = min(256, indices.count)
        var sample = (0..<wanted).map { Double(values[indices.lowerBound + $0 * indices.count / wanted]) }
        sample.removeAll { !$0.isFinite }
        guard sample.count >= 20 else { return full }
        sample.sort()
        let low = sample[Int(Double(sample.count - 1) * 0.02)]
        let high = sample[Int((Double(sample.count - 1) * 0.98).rounded(.up))]
        let margin = (high - low) / 2
        guard margin > 0 else { return full }
        return max(full.lowerBound, low - margin)...min(full.upperBound, high + margin)
    }
}
