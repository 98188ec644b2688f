// SPDX-License-Identifier: Apache-2.0
// The first two derivatives of the logarithm of the gamma function.

import RealModule

/// `psi(x)`, the derivative of `log Gamma(x)`; NaN at the poles 0, -1, -2, ….
public func digamma(_ x: Double) -> Double {
    if x <= 0 {
        if x == x.rounded() { return .nan }
        // Reflection; the argument of the tangent is reduced first, or the product with pi would lose digits.
        return digamma(1 - x) - .pi / .tan(.pi * (x - x.rounded()))
    }
    if x == .infinity { return x }
    // psi(x) = psi(x + 1) - 1/x lifts the argument to where the asymptotic series has full precision.
    var argument = x
    var lifted = 0.0
    while argument < 10 {
        lifted += 1 / argument
        argument += 1
    }
    // Coefficients B_2k / (2k) of the Bernoulli numbers.
    let y = 1 / (argument * argument)
    var series = 1.0 / 12
    series = 691.0 / 32_760 - y * series
    series = 1.0 / 132 - y * series
    series = 1.0 / 240 - y * series
    series = 1.0 / 252 - y * series
    series = 1.0 / 120 - y * series
    series = 1.0 / 12 - y * series
    return .log(argument) - 0.5 / argument - y * series - lifted
}

/// `psi'(x)`, the second derivative of `log Gamma(x)`; positive, NaN at the poles 0, -1, -2, ….
public func trigamma(_ x: Double) -> Double {
    if x <= 0 {
        if x == x.rounded() { return .nan }
        let sine = Double.sin(.pi * (x - x.rounded()))
        return .pi * .pi / (sine * sine) - trigamma(1 - x)
    }
    if x == .infinity { return 0 }
    var argument = x
    var lifted = 0.0
    while argument < 10 {
        lifted += 1 / (argument * argument)
        argument += 1
    }
    // Bernoulli numbers B_2k, from B_14 = 7/6 down to B_2 = 1/6, signs alternating.
    let y = 1 / (argument * argument)
    var series = 7.0 / 6
    series = 691.0 / 2_730 - y * series
    series = 5.0 / 66 - y * series
    series = 1.0 / 30 - y * series
    series = 1.0 / 42 - y * series
    series = 1.0 / 30 - y * series
    series = 1.0 / 6 - y * series
    return lifted + 1 / argument + 0.5 * y + y * series / argument
}
