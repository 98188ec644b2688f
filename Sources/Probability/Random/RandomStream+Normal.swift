// SPDX-License-Identifier: Apache-2.0
// Standard normal numbers from a random stream, by inversion: one draw takes a fixed number of words.

import CKernels
import RealModule

extension RandomStream {
    /// A standard normal number; takes two words and reaches 8.2 standard deviations.
    public mutating func normal() -> Double {
        elbo_normal_number_f64(nextUInt64())
    }

    /// A standard normal number in single precision; takes one word and reaches 6.3 standard deviations.
    public mutating func normalFloat() -> Float {
        normalFromWord(nextUInt32())
    }

    /// Fills memory with the numbers that repeated `normalFloat()` would give.
    public mutating func fillNormal(_ output: UnsafeMutableBufferPointer<Float>) {
        fillWords(output)
        elbo_normal_numbers_f32(output.baseAddress, output.count)
    }

    /// Fills memory with the numbers that repeated `normal()` would give.
    public mutating func fillNormal(_ output: UnsafeMutableBufferPointer<Double>) {
        fillWords(output)
        elbo_normal_numbers_f64(output.baseAddress, output.count)
    }

    /// Fills an array with the numbers that repeated `normalFloat()` would give.
    public mutating func fillNormal(_ output: inout [Float]) {
        output.withUnsafeMutableBufferPointer { fillNormal($0) }
    }

    /// Fills an array with the numbers that repeated `normal()` would give.
    public mutating func fillNormal(_ output: inout [Double]) {
        output.withUnsafeMutableBufferPointer { fillNormal($0) }
    }

    /// A normal number conditioned to lie between two bounds; takes two words, however unlikely the interval is.
    ///
    /// Inversion in log space: `Phi(z) = (1 - u) Phi(alpha) + u Phi(beta)`, from the tail that has less mass.
    ///
    /// - Precondition: `standardDeviation > 0` and `lower < upper`; infinite bounds are allowed.
    public mutating func truncatedNormal(
        mean: Double = 0, standardDeviation: Double = 1, lower: Double, upper: Double
    ) -> Double {
        precondition(standardDeviation > 0 && lower < upper, "a truncated normal needs a positive width")
        let alpha = (lower - mean) / standardDeviation
        let beta = (upper - mean) / standardDeviation
        let u = uniform()
        let z: Double
        if alpha + beta > 0 {
            z = -inverseNormalCDF(
                fromLog: logAddExp(.log(onePlus: -u) + logNormalCDF(-alpha), .log(u) + logNormalCDF(-beta)))
        } else {
            z = inverseNormalCDF(
                fromLog: logAddExp(.log(onePlus: -u) + logNormalCDF(alpha), .log(u) + logNormalCDF(beta)))
        }
        return min(max(mean + standardDeviation * z, lower), upper)
    }
}

/// `Phi^-1(u)` for `u = (k + 1/2) / 2^32`, by the same steps as the kernel that fills arrays, to the same bits.
///
/// With `x = 1 - 2 min(u, 1 - u)` the result is `x` times a function of `w = -log(1 - x^2)` that is smooth on `w < 5` and
/// smooth in `sqrt(w)` beyond; both polynomials were fitted by Tests/Golden/normal_coefficients.py. Largest relative
/// error 6e-7.
@inline(__always)
func normalFromWord(_ word: UInt32) -> Float {
    // Folded to the lower half: gives 2 min(u, 1 - u) and x, each to full relative precision.
    let isLower = word >> 31 == 0
    let lowBits = Int32(bitPattern: isLower ? word : ~word)
    let tail = (Float(lowBits) + 0.5) * 0x1p-31
    let x = (Float(Int32.max &- lowBits) + 0.5) * 0x1p-31

    // w = -log(v) with v = 2^exponent (1 + f) and 1 + f in [sqrt(1/2), sqrt(2)); the constant is sqrt(1/2) as bits.
    let bits = Int32(bitPattern: (tail * (2 - tail)).bitPattern)
    let exponent = (bits &- 0x3F35_04F3) >> 23
    let f = Float(bitPattern: UInt32(bitPattern: bits &- (exponent << 23))) - 1
    var logPolynomial: Float = -0.073_628_68
    logPolynomial = logPolynomial * f + 0.126_203_27
    logPolynomial = logPolynomial * f - 0.132_021_04
    logPolynomial = logPolynomial * f + 0.142_271_15
    logPolynomial = logPolynomial * f - 0.166_213_7
    logPolynomial = logPolynomial * f + 0.199_998_26
    logPolynomial = logPolynomial * f - 0.250_008_52
    logPolynomial = logPolynomial * f + 0.333_333_55
    let ln2: Float = 0.693_147_2
    let w = -(Float(exponent) * ln2 + (f - f * f * (0.5 - f * logPolynomial)))

    let c = w - 2.5
    var central: Float = 4.035_428_7e-08
    central = central * c + 4.861_034_9e-07
    central = central * c - 4.990_561e-06
    central = central * c - 6.217_987_4e-06
    central = central * c + 0.000_309_150_2
    central = central * c - 0.001_773_010_2
    central = central * c - 0.005_908_170_7
    central = central * c + 0.348_802_66
    central = central * c + 2.123_313_7

    // Below 5 this branch is not used; the maximum keeps the root away from negative rounding errors.
    let d = max(w, 1).squareRoot() - 3.473_877_8
    var far: Float = 5.461_485_9e-05
    far = far * d + 7.832_841e-06
    far = far * d - 0.000_438_391_1
    far = far * d + 0.000_810_303_84
    far = far * d - 0.000_984_279_1
    far = far * d + 0.001_603_034_4
    far = far * d - 0.003_112_410_9
    far = far * d + 0.004_883_238_6
    far = far * d + 1.424_389
    far = far * d + 4.679_877

    let magnitude = x * (w < 5 ? central : far)
    return isLower ? -magnitude : magnitude
}
