// SPDX-License-Identifier: Apache-2.0
// The standard normal distribution function, its logarithm and their inverses, accurate into the far tails.

import RealModule

/// `sqrt(1/2)`.
let squareRootOfHalf = 0.707_106_781_186_547_52
/// `log(2 pi) / 2`.
let halfLogTwoPi = 0.918_938_533_204_672_74
/// `log 2`.
let logTwo = 0.693_147_180_559_945_31

/// The scaled complementary error function `exp(x^2) erfc(x)`; positive, decreasing, `+infinity` below about -26.6.
///
/// Relative error 1e-15 for `x >= 0`.
public func erfcx(_ x: Double) -> Double {
    if x >= 25 {
        // The asymptotic series in y = 1 / (2 x^2), Horner form; its ninth term is below 1e-17 from here on.
        let y = 0.5 / (x * x)
        let series = 1 - y * (1 - 3 * y * (1 - 5 * y * (1 - 7 * y * (1 - 9 * y * (1 - 11 * y)))))
        let squareRootOfPi = 1.772_453_850_905_516_03
        return series / (x * squareRootOfPi)
    }
    // exp(x^2) magnifies the rounding of x^2 by x^2; the fused product recovers what was lost.
    let square = x * x
    let lost = (-square).addingProduct(x, x)
    return .exp(square) * .erfc(x) * (1 + lost)
}

/// `Phi(x)`, the probability that a standard normal number is at most `x`.
public func normalCDF(_ x: Double) -> Double {
    0.5 * .erfc(-x * squareRootOfHalf)
}

/// `log Phi(x)`, finite for every `x` above -1e154; relative error 1e-14, growing to 1e-13 above 9.
public func logNormalCDF(_ x: Double) -> Double {
    if x < -1 {
        return .log(0.5 * erfcx(-x * squareRootOfHalf)) - 0.5 * x * x
    }
    return .log(onePlus: -0.5 * .erfc(x * squareRootOfHalf))
}

/// `log(Phi(v) - Phi(u))` for `u <= v`, whatever tail the interval lies in.
///
/// - Undefined cases: `-infinity` for an empty interval, NaN for `u > v`.
public func logNormalCDFDifference(_ u: Double, _ v: Double) -> Double {
    if u == v { return -.infinity }
    // By symmetry to the lower tail, where both terms are small and keep their relative precision.
    let (low, high) = u > 0 ? (-v, -u) : (u, v)
    let logHigh = logNormalCDF(high)
    return low == -.infinity ? logHigh : logHigh + log1mexp(logNormalCDF(low) - logHigh)
}

/// `Phi^-1(p)`: the number below which a standard normal lies with probability `p`.
///
/// - Undefined cases: `-infinity` for 0, `+infinity` for 1, NaN outside [0, 1].
public func inverseNormalCDF(_ p: Double) -> Double {
    let q = p - 0.5
    if abs(q) <= 0.425 { return centralInverse(q) }
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    let magnitude = tailInverse((-Double.log(min(p, 1 - p))).squareRoot())
    return q < 0 ? -magnitude : magnitude
}

/// `Phi^-1(exp(logProbability))`, accurate where the probability itself underflows or rounds to 1.
///
/// - Undefined cases: `-infinity` for `-infinity`, `+infinity` for 0, NaN above 0.
public func inverseNormalCDF(fromLog logProbability: Double) -> Double {
    let l = logProbability
    if l > -logTwo { return l > 0 ? .nan : -inverseNormalCDF(fromLog: log1mexp(l)) }
    // exp(l) >= 0.075; expm1 keeps the relative precision of the result near 0.
    if l >= -2.590_267_165_445_826_6 { return centralInverse(0.5 * .expMinusOne(l + logTwo)) }
    // The rational functions cover probabilities down to 1e-316.
    if l > -700 { return -tailInverse((-l).squareRoot()) }
    if l == -.infinity { return l }
    // Newton on log Phi from the leading terms of its expansion; the start is already good to 1e-6.
    var t = -2 * l
    for _ in 0..<3 { t = -2 * l - 2 * halfLogTwoPi - .log(t) }
    var x = -t.squareRoot()
    for _ in 0..<4 {
        let mills = 0.5 * erfcx(-x * squareRootOfHalf)
        let slope = Double.exp(-halfLogTwoPi) / mills
        let step = (.log(mills) - 0.5 * x * x - l) / slope
        x -= step
        if abs(step) <= 1e-15 * abs(x) { break }
    }
    return x
}

/// `Phi^-1(1/2 + q)` for `|q| <= 0.425`, algorithm PPND16 of [Wic88].
private func centralInverse(_ q: Double) -> Double {
    let r = 0.180625 - q * q
    var a = 2_509.080_928_730_122_672_7
    a = a * r + 33_430.575_583_588_128_105
    a = a * r + 67_265.770_927_008_700_853
    a = a * r + 45_921.953_931_549_871_457
    a = a * r + 13_731.693_765_509_461_125
    a = a * r + 1_971.590_950_306_551_442_7
    a = a * r + 133.141_667_891_784_377_45
    a = a * r + 3.387_132_872_796_366_608
    var b = 5_226.495_278_852_854_561
    b = b * r + 28_729.085_735_721_942_674
    b = b * r + 39_307.895_800_092_710_61
    b = b * r + 21_213.794_301_586_595_867
    b = b * r + 5_394.196_021_424_751_107_7
    b = b * r + 687.187_007_492_057_908_3
    b = b * r + 42.313_330_701_600_911_252
    b = b * r + 1
    return q * a / b
}

/// `-Phi^-1(p)` as a function of `sqrt(-log p)`, for `p` from 1e-316 to 0.075; algorithm PPND16 of [Wic88].
private func tailInverse(_ rootOfLog: Double) -> Double {
    if rootOfLog <= 5 {
        let r = rootOfLog - 1.6
        var a = 7.745_450_142_783_414_076_40e-4
        a = a * r + 2.272_384_498_926_918_458_33e-2
        a = a * r + 2.417_807_251_774_506_117_70e-1
        a = a * r + 1.270_458_252_452_368_382_58
        a = a * r + 3.647_848_324_763_204_605_04
        a = a * r + 5.769_497_221_460_691_405_50
        a = a * r + 4.630_337_846_156_545_295_90
        a = a * r + 1.423_437_110_749_683_577_34
        var b = 1.050_750_071_644_416_843_24e-9
        b = b * r + 5.475_938_084_995_344_946_00e-4
        b = b * r + 1.519_866_656_361_645_719_66e-2
        b = b * r + 1.481_039_764_274_800_745_90e-1
        b = b * r + 6.897_673_349_851_000_045_50e-1
        b = b * r + 1.676_384_830_183_803_849_40
        b = b * r + 2.053_191_626_637_758_821_87
        b = b * r + 1
        return a / b
    }
    let r = rootOfLog - 5
    var a = 2.010_334_399_292_288_132_65e-7
    a = a * r + 2.711_555_568_743_487_578_15e-5
    a = a * r + 1.242_660_947_388_078_438_60e-3
    a = a * r + 2.653_218_952_657_612_309_30e-2
    a = a * r + 2.965_605_718_285_048_912_30e-1
    a = a * r + 1.784_826_539_917_291_335_80
    a = a * r + 5.463_784_911_164_114_369_90
    a = a * r + 6.657_904_643_501_103_777_20
    var b = 2.044_263_103_389_939_785_64e-15
    b = b * r + 1.421_511_758_316_445_888_70e-7
    b = b * r + 1.846_318_317_510_054_681_80e-5
    b = b * r + 7.868_691_311_456_132_591_00e-4
    b = b * r + 1.487_536_129_085_061_485_25e-2
    b = b * r + 1.369_298_809_227_358_053_10e-1
    b = b * r + 5.998_322_065_558_879_376_90e-1
    b = b * r + 1
    return a / b
}
