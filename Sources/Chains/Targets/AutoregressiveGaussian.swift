// SPDX-License-Identifier: Apache-2.0
// A normal distribution of any dimension whose neighbouring coordinates are correlated.

import RealModule

extension FullGaussian {
    /// `N(0, S)` with `S_ij = r^|i - j|`: coordinates of a stationary autoregressive series, each of variance 1.
    ///
    /// Its condition number tends to `((1 + r) / (1 - r))^2` as the dimension grows, 81 for r = 0.8.
    ///
    /// - Precondition: `dimension` is at least 1, and `correlation` lies in (-1, 1).
    public static func autoregressive(dimension: Int, correlation: Double) -> FullGaussian {
        guard dimension > 0, abs(correlation) < 1 else {
            fatalError("a series needs a coordinate and a correlation between -1 and 1")
        }
        let news = (1 - correlation * correlation).squareRoot()
        var factor = [Double](repeating: 0, count: dimension * dimension)
        for row in 0..<dimension {
            for column in 0...row {
                factor[row * dimension + column] = .pow(correlation, row - column) * (column == 0 ? 1 : news)
            }
        }
        return FullGaussian(mean: [Double](repeating: 0, count: dimension), lowerFactor: factor)
    }
}
