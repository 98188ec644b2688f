// SPDX-License-Identifier: Apache-2.0
// Exponential and logarithm of four numbers at once, without branches, for the loops that decide a sampler's speed.

/// Four numbers, one of each of four points.
typealias Four = SIMD4<Double>

/// `1.5 * 2^52`: added to a number below 2^51 it leaves the nearest integer in the low bits.
private let roundingMagic = 0x1.8p52

/// `exp(x)` for `x <= 700`, relative error 4e-16; below -700 the result is `exp(-700)`, about 1e-304, and NaN stays.
///
/// `x = n log 2 + r` with `|r| <= log(2) / 2`, and the Taylor polynomial of degree 12, whose remainder is `r^13 / 13!`.
@inline(__always)
func exponential(_ x: Four) -> Four {
    let clamped = x.replacing(with: -700, where: x .< -700)
    let shifted = clamped * 1.442_695_040_888_963_4 + roundingMagic
    let n = shifted - roundingMagic
    // log 2 in two parts; the first has 21 zero bits at its end, so that n times it is exact.
    let r = (clamped - n * 0.693_147_180_369_123_8) - n * 1.908_214_929_270_587_7e-10
    // Pairs of terms first (Estrin's order): the additions of one polynomial do not wait for each other.
    let r2 = r * r
    let r4 = r2 * r2
    let low = line(r, 1, 1) + r2 * line(r, 1.0 / 2, 1.0 / 6)
    let middle = line(r, 1.0 / 24, 1.0 / 120) + r2 * line(r, 1.0 / 720, 1.0 / 5_040)
    let high = line(r, 1.0 / 40_320, 1.0 / 362_880) + r2 * line(r, 1.0 / 3_628_800, 1.0 / 39_916_800)
    let upper = middle + r4 * line(r4, high, 1.0 / 479_001_600)
    let p = low + r4 * upper
    // The integer sits in the low bits of the shifted number: moved to the exponent field it is 2^n times.
    let power = unsafeBitCast(shifted, to: SIMD4<Int64>.self) &<< 52
    return unsafeBitCast(unsafeBitCast(p, to: SIMD4<Int64>.self) &+ power, to: Four.self)
}

/// `a + b x`.
@inline(__always)
private func line(_ x: Four, _ a: Double, _ b: Double) -> Four { x * b + a }

/// `a + b x`.
@inline(__always)
private func line(_ x: Four, _ a: Four, _ b: Double) -> Four { x * b + a }

/// `log(x)` for positive normal numbers, absolute error 1e-16 near 1 and relative error 4e-16 elsewhere.
///
/// `x = 2^n (1 + f)` with `1 + f` in [sqrt(1/2), sqrt(2)), and `log(1 + f) = 2 atanh(s)` with `s = f / (2 + f)`, whose
/// series in `s^2 <= 0.0295` is cut where its terms fall below 2e-17.
///
/// - Undefined cases: for zero, negative, subnormal and infinite numbers and NaN, anything.
@inline(__always)
func logarithm(_ x: Four) -> Four {
    let bits = unsafeBitCast(x, to: SIMD4<UInt64>.self)
    // sqrt(1/2) as bits; after the subtraction the exponent field counts from the nearest power of two.
    let offset: UInt64 = 0x3FE6_A09E_667F_3BCD
    // The exponent is biased by 1023 while it is unsigned, and put into the low bits of the magic number.
    let biased = (bits &+ (0x3FF0_0000_0000_0000 &- offset)) &>> 52
    let magicBits = biased | SIMD4<UInt64>(repeating: (0x1p52).bitPattern)
    let n = unsafeBitCast(magicBits, to: Four.self) - (0x1p52 + 1023)
    let mantissaBits = bits &- (biased &<< 52) &+ 0x3FF0_0000_0000_0000
    let f = unsafeBitCast(mantissaBits, to: Four.self) - 1
    let s = f / (f + 2)
    let z = s * s
    var p = Four(repeating: 1.0 / 21)
    p = p * z + 1.0 / 19
    p = p * z + 1.0 / 17
    p = p * z + 1.0 / 15
    p = p * z + 1.0 / 13
    p = p * z + 1.0 / 11
    p = p * z + 1.0 / 9
    p = p * z + 1.0 / 7
    p = p * z + 1.0 / 5
    p = p * z + 1.0 / 3
    return n * 0.693_147_180_369_123_8 + (2 * s + (2 * s * z * p + n * 1.908_214_929_270_587_7e-10))
}
