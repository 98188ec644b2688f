// SPDX-License-Identifier: Apache-2.0
// What an independent Metropolis-Hastings kernel needs of the distribution that it proposes from.

public import Probability

/// A distribution on R^D with draws and a tractable density.
///
/// The density may lack a constant factor, but the same one always, also between draws and given points.
public protocol ProposalDistribution {
    /// D, at least 1.
    var dimension: Int { get }

    /// Writes independent draws and the log density of each.
    ///
    /// How many words are taken depends on the shapes only, never on the values.
    ///
    /// - Shapes: `points` is `[count, D]`, `logDensity` is `[count]`.
    func sample(
        into points: UnsafeMutableBufferPointer<Double>, logDensity: UnsafeMutableBufferPointer<Double>,
        using stream: inout RandomStream)

    /// Writes the log density of every point; the same as `sample` would, up to rounding.
    ///
    /// - Shapes: `points` is `[count, D]`, `values` is `[count]`.
    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>)
}

extension ProposalDistribution {
    /// Independent draws and the log density of each.
    ///
    /// - Shapes: `points` is `[count, D]`, `logDensity` is `[count]`.
    public func sample(count: Int, using stream: inout RandomStream) -> (points: [Double], logDensity: [Double]) {
        var logDensity = [Double](repeating: 0, count: count)
        let points = filled(count * dimension) { points in
            logDensity.withUnsafeMutableBufferPointer { sample(into: points, logDensity: $0, using: &stream) }
        }
        return (points, logDensity)
    }
}

/// Fills memory with standard normal numbers of single precision: one word each, 6.3 standard deviations far.
///
/// Independent proposals use them: that their values are spaced by one part in 2^24 is far below every Monte Carlo
/// error, and they cost a third of those of double precision.
func fillQuickNormals(_ output: UnsafeMutableBufferPointer<Double>, using stream: inout RandomStream) {
    // Small enough to stay in the nearest cache; a multiple of four keeps the stream at whole blocks.
    let chunk = 1024
    withUnsafeTemporaryAllocation(of: Float.self, capacity: min(chunk, max(1, output.count))) { buffer in
        var first = 0
        while first < output.count {
            let count = min(chunk, output.count - first)
            stream.fillNormal(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            for index in 0..<count { output[first + index] = Double(buffer[index]) }
            first += count
        }
    }
}
