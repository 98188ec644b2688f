// SPDX-License-Identifier: Apache-2.0
// Normal proposals with the moments of given draws.

import RealModule

extension DiagonalGaussian {
    /// The distribution with the means and standard deviations of the draws, `[count, D]`.
    ///
    /// Deviations are those with `count` in the denominator: of all diagonal normal distributions q this one has the
    /// smallest `KL(p || q)` from the draws' distribution p.
    ///
    /// - Throws: `ParameterError` for fewer than two draws, numbers that are not finite, a constant coordinate.
    public init(matching draws: [Double], dimension: Int) throws(ParameterError) {
        let (mean, covariance) = try moments(of: draws, dimension: dimension)
        try self.init(
            mean: mean, standardDeviation: (0..<dimension).map { covariance[$0 * dimension + $0].squareRoot() })
    }
}

extension FullGaussian {
    /// The distribution with the means and covariance of the draws, `[count, D]`; `count` is in the denominator.
    ///
    /// - Throws: `ParameterError` for fewer than two draws, numbers that are not finite, and a covariance that is not
    ///   positive definite, as that of `D` draws or fewer is.
    public init(matching draws: [Double], dimension: Int) throws(ParameterError) {
        let (mean, covariance) = try moments(of: draws, dimension: dimension)
        try self.init(mean: mean, covariance: covariance)
    }
}

/// Means `[D]` and covariance `[D, D]` of rows, in two passes relative to the first row.
private func moments(
    of draws: [Double], dimension: Int
) throws(ParameterError) -> (mean: [Double], covariance: [Double]) {
    guard dimension > 0 else { throw .tooFew("coordinates", needed: 1) }
    let count = draws.count / dimension
    try ParameterError.check(draws, count: count * dimension, "draws")
    guard count >= 2 else { throw .tooFew("draws", needed: 2) }
    let origin = Array(draws[..<dimension])
    var shift = [Double](repeating: 0, count: dimension)
    for index in draws.indices { shift[index % dimension] += draws[index] - origin[index % dimension] }
    for axis in 0..<dimension { shift[axis] /= Double(count) }
    var covariance = [Double](repeating: 0, count: dimension * dimension)
    var row = [Double](repeating: 0, count: dimension)
    for draw in 0..<count {
        for axis in 0..<dimension { row[axis] = (draws[draw * dimension + axis] - origin[axis]) - shift[axis] }
        for first in 0..<dimension {
            for second in 0...first { covariance[first * dimension + second] += row[first] * row[second] }
        }
    }
    for first in 0..<dimension {
        for second in 0...first {
            let value = covariance[first * dimension + second] / Double(count)
            covariance[first * dimension + second] = value
            covariance[second * dimension + first] = value
        }
    }
    return (zip(origin, shift).map { $0 + $1 }, covariance)
}
