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

    /// A floor for a logarithmic axis: about the smallest positive value of the points in a window, or `nil`.
    ///
    /// Exact where no value is zero or negative. Else the window is cut into at most 256 stretches; those without such
    /// values count exactly, of the others only the first value does.
    func positiveFloor(in window: ClosedRange<Double>) -> Double? {
        let indices = indices(in: window)
        let parts = min(256, indices.count)
        var floor = Double.infinity
        for part in 0..<parts {
            let start = indices.lowerBound + part * indices.count / parts
            let summary = values.summary(start..<indices.lowerBound + (part + 1) * indices.count / parts)
            let candidate = Double(summary.minimum > 0 ? summary.minimum : values[start])
            if candidate > 0 { floor = min(floor, candidate) }
        }
        return floor.isFinite ? floor : nil
    }
}
