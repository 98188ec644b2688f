// SPDX-License-Identifier: Apache-2.0
// The beta distribution function and its inverse, accurate also for the large parameters that effective sample sizes
// give.

import RealModule

/// `I_x(a, b)`, the probability that a Beta(a, b) number is at most `x`.
///
/// Prefactor in the saddle point form of [Loa00], which does not lose digits when `a` and `b` are large, times the
/// continued fraction of [DLMF] 8.17.22. Relative error below 1e-11 for parameters up to 1e6, of which rounding `x`
/// alone makes a part.
///
/// - Parameters:
///   - x: where the distribution function is wanted; 0 below 0 and 1 above 1.
///   - a: first parameter, positive and finite.
///   - b: second parameter, positive and finite.
/// - Undefined cases: NaN for NaN and for parameters that are not positive and finite.
/// - Complexity: about `sqrt(max(a, b))` steps.
public func regularizedIncompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite, !x.isNaN else { return .nan }
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // The fraction converges fast on the side of the mean where the function is small.
    return x < (a + 1) / (a + b + 2) ? lowerTail(x, 1 - x, a, b) : 1 - lowerTail(1 - x, x, b, a)
}

/// The `x` with `I_x(a, b) = p`: the number below which a Beta(a, b) number lies with probability `p`.
///
/// Newton's method on `log I` as a function of `log x`, on the side of the mean where the answer lies. There `log I` is
/// concave for `b >= 1`, so the steps cannot run away; a bracket catches the rest.
///
/// - Parameters:
///   - p: a probability.
///   - a: first parameter, positive and finite.
///   - b: second parameter, positive and finite.
/// - Undefined cases: NaN for `p` outside [0, 1] and for parameters that are not positive and finite.
public func inverseRegularizedIncompleteBeta(_ p: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, a.isFinite, b.isFinite, p >= 0, p <= 1 else { return .nan }
    if p == 0 || p == 1 { return p }
    let mean = a / (a + b)
    return p <= regularizedIncompleteBeta(mean, a, b)
        ? lowerQuantile(p, a, b, mean) : 1 - lowerQuantile(1 - p, b, a, b / (a + b))
}

/// The quantile of `p`, known to be at most `mean`, to full relative precision.
private func lowerQuantile(_ p: Double, _ a: Double, _ b: Double, _ mean: Double) -> Double {
    let logTarget = Double.log(p)
    var (low, high) = (-Double.infinity, Double.log(mean))
    let normal = mean + inverseNormalCDF(p) * (mean * (1 - mean) / (a + b + 1)).squareRoot()
    var logX = normal > 0 && normal < mean ? Double.log(normal) : high
    for _ in 0..<200 {
        let x = Double.exp(logX)
        let value = regularizedIncompleteBeta(x, a, b)
        if value > p { high = min(high, logX) } else { low = max(low, logX) }
        // d log I / d log x = x (x^(a-1) (1-x)^(b-1) / B) / I.
        let slope = betaPrefactor(x, 1 - x, a, b) / ((1 - x) * value)
        var next = logX - (Double.log(value) - logTarget) / slope
        if !(next > low && next < high) {
            // Without a lower end yet: far enough down that the leading power x^a decides.
            next = low == -.infinity ? high - 1 / a - 1 : 0.5 * (low + high)
        }
        let step = abs(next - logX)
        logX = next
        if step <= 4e-16 * max(1, abs(logX)) || low == high { break }
    }
    return .exp(logX)
}

/// `I_x(a, b)` where `x` is below the mean, as prefactor times continued fraction; `y = 1 - x`.
private func lowerTail(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    // The modified Lentz method; a denominator of zero is replaced by the smallest number that keeps the rest finite.
    let tiny = 1e-300
    func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / guarded(1 - (a + b) * x / (a + 1))
    var fraction = d
    // Far more steps than sqrt(max(a, b)) needs for any sample size that fits into memory.
    for k in 1...200_000 {
        let m = Double(k)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / guarded(1 + even * d)
        c = guarded(1 + even / c)
        fraction *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / guarded(1 + odd * d)
        c = guarded(1 + odd / c)
        let factor = d * c
        fraction *= factor
        if abs(factor - 1) <= 1e-16 { break }
    }
    return min(1, betaPrefactor(x, y, a, b) * fraction / a)
}

/// `x^a y^b / B(a, b)` for `y = 1 - x`.
///
/// With `x0 = a/(a+b)` the first-order terms of `a log x + b log y` around the mean cancel on paper, so that only terms
/// of the size of the result are left: `sqrt(ab / (2 pi (a+b))) exp(a g(x/x0) + b g(y/y0) + stirling(a+b) - stirling(a)
/// - stirling(b))` with `g(r) = log r - (r - 1)`.
private func betaPrefactor(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let sum = a + b
    // `(x - x0) (a + b)`, from whichever of x and y is small and therefore exact.
    let deviation = x < y ? x * sum - a : b - y * sum
    let exponent =
        a * logMinusLinear(ratio: x * sum / a, minusOne: deviation / a)
        + b * logMinusLinear(ratio: y * sum / b, minusOne: -deviation / b)
        + stirlingCorrection(sum) - stirlingCorrection(a) - stirlingCorrection(b)
    return (a / sum * b / (2 * .pi)).squareRoot() * .exp(exponent)
}

/// `log r - (r - 1)` for `r > 0`, given with `u = r - 1`, without cancellation near 1.
private func logMinusLinear(ratio: Double, minusOne u: Double) -> Double {
    if abs(u) > 0.3 { return .log(ratio) - u }
    // With q = u / (2 + u): log(1 + u) = 2 atanh(q) and 2 q - u = -u q. Beyond q^25 the terms are below 1e-17 of the
    // first.
    let q = u / (2 + u)
    let square = q * q
    var series = 0.0
    for k in stride(from: 25, through: 3, by: -2) { series = series * square + 1 / Double(k) }
    return -u * q + 2 * q * square * series
}

/// `log Gamma(z) - ((z - 1/2) log z - z + log(2 pi) / 2)`, what Stirling's formula leaves out.
private func stirlingCorrection(_ z: Double) -> Double {
    if z < 10 { return .logGamma(z) - ((z - 0.5) * .log(z) - z + halfLogTwoPi) }
    // Bernoulli numbers: B_2k / (2k (2k - 1) z^(2k-1)).
    let square = 1 / (z * z)
    var series = 1.0 / 156
    series = 691.0 / 360_360 - square * series
    series = 1.0 / 1_188 - square * series
    series = 1.0 / 1_680 - square * series
    series = 1.0 / 1_260 - square * series
    series = 1.0 / 360 - square * series
    series = 1.0 / 12 - square * series
    return series / z
}
