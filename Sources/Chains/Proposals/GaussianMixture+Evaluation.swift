// SPDX-License-Identifier: Apache-2.0
// The density of a mixture of normal distributions: a plain path for any dimension and a quick one for the plane.

import RealModule

extension GaussianMixture {
    /// Log densities, and derivatives where asked for; `gradients` is `[count, D]`.
    func evaluate(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>?
    ) {
        let dimension = dimension
        let count = componentCount
        withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension + count) { scratch in
            lowerFactors.withUnsafeBufferPointer { factors in
                means.withUnsafeBufferPointer { means in
                    guard let y = scratch.baseAddress, let factors = factors.baseAddress else { return }
                    let terms = y + dimension
                    /// Puts `L_k^-1 (x - m_k)` into `y`.
                    func whiten(_ index: Int, _ k: Int) {
                        for axis in 0..<dimension {
                            y[axis] = points[index * dimension + axis] - means[k * dimension + axis]
                        }
                        solveLower(factors + k * dimension * dimension, y, dimension)
                    }
                    for index in values.indices {
                        var largest = -Double.infinity
                        for k in 0..<count {
                            whiten(index, k)
                            var square = 0.0
                            for axis in 0..<dimension { square += y[axis] * y[axis] }
                            terms[k] = logConstants[k] - 0.5 * square
                            if !(terms[k] <= largest) { largest = terms[k] }
                        }
                        var sum = 0.0
                        for k in 0..<count {
                            terms[k] = largest == -.infinity ? 0 : .exp(terms[k] - largest)
                            sum += terms[k]
                        }
                        values[index] = largest == -.infinity ? largest : largest + .log(sum)
                        guard let gradients else { continue }
                        let first = index * dimension
                        for axis in 0..<dimension { gradients[first + axis] = 0 }
                        // A component whose share is 0 is left out: its y may be infinite.
                        for k in 0..<count where terms[k] != 0 {
                            whiten(index, k)
                            solveLowerTransposed(factors + k * dimension * dimension, y, dimension)
                            for axis in 0..<dimension { gradients[first + axis] -= terms[k] / sum * y[axis] }
                        }
                    }
                }
            }
        }
    }
}

/// The numbers of each component that `planeLogDensity` reads, six a component.
func planeComponents(_ means: [Double], _ factors: [Double], _ logConstants: [Double]) -> [Double] {
    logConstants.indices.flatMap { k -> [Double] in
        let (l00, l10, l11) = (factors[4 * k], factors[4 * k + 2], factors[4 * k + 3])
        return [means[2 * k], means[2 * k + 1], 1 / l00, -l10 / (l00 * l11), 1 / l11, logConstants[k]]
    }
}

/// The log density of four points of the plane; `isTame` says that no constant of a component is above 600.
@inline(__always)
func planeLogDensity(_ x: Four, _ y: Four, _ table: UnsafeBufferPointer<Double>, isTame: Bool) -> Four {
    @inline(__always)
    func term(_ k: Int) -> Four {
        let dx = x - table[k]
        let dy = y - table[k + 1]
        let first = dx * table[k + 2]
        let second = dx * table[k + 3] + dy * table[k + 4]
        return table[k + 5] - 0.5 * (first * first + second * second)
    }
    // Where no exponential is out of range, which is nearly everywhere, none has to be taken out first.
    if isTame {
        var plain = Four(repeating: 0)
        for k in stride(from: 0, to: table.count, by: 6) { plain += exponential(term(k)) }
        // A NaN is not above either, and is kept by what follows.
        if all(plain .> 1e-280) { return logarithm(plain) }
    }
    // The largest first, and every term again: cheaper than keeping K of them. A NaN is kept.
    var largest = Four(repeating: -.infinity)
    for k in stride(from: 0, to: table.count, by: 6) {
        let next = term(k)
        largest = largest.replacing(with: next, where: .!(next .<= largest))
    }
    var sum = Four(repeating: 0)
    for k in stride(from: 0, to: table.count, by: 6) { sum += exponential(term(k) - largest) }
    let result = largest + logarithm(sum)
    // Infinitely far the differences were NaN; the density is 0 there. A point that has a NaN keeps it.
    return result.replacing(with: largest, where: .!(largest .> -.infinity))
}
