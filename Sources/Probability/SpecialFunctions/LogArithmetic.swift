// SPDX-License-Identifier: Apache-2.0
// Sums and differences of numbers that are known by their logarithms.

import RealModule

/// `log(exp(a) + exp(b))` without overflow; `-infinity` stands for zero.
public func logAddExp(_ a: Double, _ b: Double) -> Double {
    let larger = max(a, b)
    // Also covers two infinities of the same sign, whose difference would be NaN.
    if larger.isInfinite { return a.isNaN || b.isNaN ? .nan : larger }
    return larger + .log(onePlus: .exp(min(a, b) - larger))
}

/// `log(1 - exp(x))` for `x <= 0`; NaN for positive `x`, `-infinity` for 0.
///
/// Accurate at both ends: near 0 through `expm1`, far below through `log1p` ([Mae12]); the two meet at `-log 2`.
public func log1mexp(_ x: Double) -> Double {
    x > -0.693_147_180_559_945_3 ? .log(-.expMinusOne(x)) : .log(onePlus: -.exp(x))
}

/// `log(sum_i exp(x_i))` without overflow; `-infinity` for no terms, NaN if any term is NaN.
public func logSumExp(_ terms: some Sequence<Double>) -> Double {
    // One pass: the running sum is relative to the largest term so far.
    var largest = -Double.infinity
    var sum = 0.0
    for term in terms {
        if term.isNaN { return .nan }
        if term > largest {
            sum = largest == -.infinity ? 1 : sum * .exp(largest - term) + 1
            largest = term
        } else if term > -.infinity {
            sum += largest == .infinity ? 1 : .exp(term - largest)
        }
    }
    return largest.isInfinite ? largest : largest + .log(sum)
}
