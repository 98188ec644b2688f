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

/// The components of a mixture in the plane, for the kernel.
func planeMixture(_ means: [Double], _ factors: [Double], _ logConstants: [Double]) -> PlaneMixture {
    var plane = PlaneMixture(isDiagonal: false)
    for k in logConstants.indices {
        plane.append(
            mean: (means[2 * k], means[2 * k + 1]), factor: (factors[4 * k], factors[4 * k + 2], factors[4 * k + 3]),
            constant: logConstants[k])
    }
    return plane
}
