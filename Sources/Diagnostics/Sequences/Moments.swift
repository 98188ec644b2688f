// SPDX-License-Identifier: Apache-2.0
// Means and variances that stay exact for constant numbers and accurate for numbers far from zero.

/// Mean and sum of squared deviations of a list.
struct Moments {
    /// Arithmetic mean; NaN for an empty list.
    let mean: Double
    /// `sum_i (x_i - mean)^2`.
    let squaredDeviations: Double
    /// Number of values.
    let count: Int

    /// Two passes over `values`, relative to the first of them: of equal numbers the deviations are exactly 0.
    init(_ values: some RandomAccessCollection<Double>) {
        count = values.count
        guard let origin = values.first else {
            (mean, squaredDeviations) = (.nan, 0)
            return
        }
        let number = Double(count)
        let shift = values.reduce(0) { $0 + ($1 - origin) } / number
        var squares = 0.0
        var rest = 0.0
        for value in values {
            let deviation = (value - origin) - shift
            squares += deviation * deviation
            rest += deviation
        }
        mean = origin + (shift + rest / number)
        // What rounding left in the mean, to second order.
        squaredDeviations = squares - rest * rest / number
    }

    /// The unbiased variance, with `count - 1`; NaN for fewer than two values.
    var variance: Double { count < 2 ? .nan : squaredDeviations / Double(count - 1) }
}
