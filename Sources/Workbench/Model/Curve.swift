// SPDX-License-Identifier: Apache-2.0
// One metric of one run over its steps, raw and smoothed.

import EngineKit
import Screen

/// All values of a metric, with what screens ask for at once.
struct Curve: Sendable {
    /// The metric's name, such as `train/loss`.
    let name: String
    /// Values over steps.
    private(set) var series = SeriesPyramid()
    /// The same values smoothed; kept up to date with `series` so that drawing never walks the whole series.
    private(set) var smoothed = SmoothedSeries(weight: 0)
    /// The best value so far with its step, by the metric's direction.
    private(set) var best: (step: Int, value: Double)?
    private let direction: MetricDirection

    init(name: String, direction: MetricDirection, smoothing: Double) {
        self.name = name
        self.direction = direction
        smoothed = SmoothedSeries(weight: smoothing)
    }

    /// The newest value.
    var last: Double? { series.isEmpty ? nil : series.y(at: series.count - 1) }

    /// The value of a step, `nil` when there is none.
    func value(atStep step: Int) -> Double? {
        guard let index = series.index(nearestTo: Double(step)), series.x(at: index) == Double(step) else { return nil }
        return series.y(at: index)
    }

    /// Adds a value; one for a step that is already known is left out, so that a reloaded past does not double.
    mutating func append(step: Int, value: Double) {
        if let known = series.xRange?.upperBound, Double(step) <= known { return }
        guard series.append(x: Double(step), y: value) else { return }
        smoothed.update(from: series)
        if value.isFinite, best.map({ direction.isBetter(value, than: $0.value) }) ?? (direction != .neutral) {
            best = (step, value)
        }
    }

    /// Smooths anew with another weight of the past.
    ///
    /// - Complexity: O(points) when the weight changes.
    mutating func smooth(weight: Double) {
        guard weight != smoothed.weight else { return }
        smoothed = SmoothedSeries(series, weight: weight)
    }
}
