// SPDX-License-Identifier: Apache-2.0
// Functions of one element against the C library, in both precisions.

import CKernels
import Glibc
import TestSupport
import Testing

typealias UnaryKernel<T> = @Sendable (UnsafePointer<T>?, UnsafeMutablePointer<T>?, Int) -> Void

struct UnaryCase: Sendable, CustomStringConvertible {
    let name: String
    let single: UnaryKernel<Float>
    let double: UnaryKernel<Double>
    let reference: @Sendable (Double) -> Double
    var range: ClosedRange<Double> = -6...6
    /// The accuracy that the header promises, in units of the last place.
    ///
    /// The reference of a double precision function is itself half a unit off.
    var units = 0.5
    var description: String { name }
}

let unaryCases: [UnaryCase] = [
    .init(
        name: "exp", single: { elbo_exp_f32($0, $1, $2) }, double: { elbo_exp_f64($0, $1, $2) }, reference: { exp($0) },
        range: -110...95, units: 1.1),
    .init(
        name: "log", single: { elbo_log_f32($0, $1, $2) }, double: { elbo_log_f64($0, $1, $2) }, reference: { log($0) },
        range: 0...50, units: 0.9),
    .init(
        name: "tanh", single: { elbo_tanh_f32($0, $1, $2) }, double: { elbo_tanh_f64($0, $1, $2) },
        reference: { tanh($0) }, range: -12...12, units: 2.6),
    .init(
        name: "sigmoid", single: { elbo_sigmoid_f32($0, $1, $2) }, double: { elbo_sigmoid_f64($0, $1, $2) },
        reference: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) }, range: -40...40, units: 2.4),
    .init(
        name: "softplus", single: { elbo_softplus_f32($0, $1, $2) }, double: { elbo_softplus_f64($0, $1, $2) },
        reference: { max($0, 0) + log1p(exp(-abs($0))) }, range: -40...40, units: 2.7),
    .init(
        name: "relu", single: { elbo_relu_f32($0, $1, $2) }, double: { elbo_relu_f64($0, $1, $2) },
        reference: { max($0, 0) }),
    .init(
        name: "square", single: { elbo_square_f32($0, $1, $2) }, double: { elbo_square_f64($0, $1, $2) },
        reference: { $0 * $0 }),
    .init(
        name: "cube", single: { elbo_cube_f32($0, $1, $2) }, double: { elbo_cube_f64($0, $1, $2) },
        reference: { $0 * $0 * $0 }, units: 1.5),
    .init(
        name: "sqrt", single: { elbo_sqrt_f32($0, $1, $2) }, double: { elbo_sqrt_f64($0, $1, $2) },
        reference: { $0.squareRoot() }, range: 0...50),
    .init(
        name: "reciprocal", single: { elbo_reciprocal_f32($0, $1, $2) }, double: { elbo_reciprocal_f64($0, $1, $2) },
        reference: { 1 / $0 }),
    .init(
        name: "abs", single: { elbo_abs_f32($0, $1, $2) }, double: { elbo_abs_f64($0, $1, $2) }, reference: { abs($0) }),
    .init(
        name: "sign", single: { elbo_sign_f32($0, $1, $2) }, double: { elbo_sign_f64($0, $1, $2) },
        reference: { $0 > 0 ? 1 : ($0 < 0 ? -1 : $0) }),
    .init(
        name: "negate", single: { elbo_negate_f32($0, $1, $2) }, double: { elbo_negate_f64($0, $1, $2) },
        reference: { -$0 }),
    .init(
        name: "sin", single: { elbo_sin_f32($0, $1, $2) }, double: { elbo_sin_f64($0, $1, $2) }, reference: { sin($0) },
        range: -300...300, units: 2.3),
    .init(
        name: "cos", single: { elbo_cos_f32($0, $1, $2) }, double: { elbo_cos_f64($0, $1, $2) }, reference: { cos($0) },
        range: -300...300, units: 2.3),
    .init(
        name: "leaky relu", single: { elbo_leaky_relu_f32($0, $1, $2, 0.25) },
        double: { elbo_leaky_relu_f64($0, $1, $2, 0.25) }, reference: { $0 < 0 ? 0.25 * $0 : $0 }),
    .init(
        name: "clamp", single: { elbo_clamp_f32($0, $1, $2, -1, 2) }, double: { elbo_clamp_f64($0, $1, $2, -1, 2) },
        reference: { min(max($0, -1), 2) }),
    .init(
        name: "affine", single: { elbo_affine_f32($0, $1, $2, 2, 0) }, double: { elbo_affine_f64($0, $1, $2, 2, 0) },
        reference: { 2 * $0 }),
    .init(
        name: "power 2.5", single: { elbo_power_f32($0, $1, $2, 2.5) }, double: { elbo_power_f64($0, $1, $2, 2.5) },
        reference: { pow($0, 2.5) }, range: 0...9, units: 1),
    .init(
        name: "power -1", single: { elbo_power_f32($0, $1, $2, -1) }, double: { elbo_power_f64($0, $1, $2, -1) },
        reference: { 1 / $0 }),
    .init(
        name: "power 5", single: { elbo_power_f32($0, $1, $2, 5) }, double: { elbo_power_f64($0, $1, $2, 5) },
        reference: { pow($0, 5) }, units: 1),
]

@Suite struct UnaryTests {
    @Test("every size class is computed to the promised accuracy", arguments: unaryCases)
    func matchesReference(_ test: UnaryCase) {
        for count in sizeClasses {
            var numbers = TestNumbers(seed: UInt64(count) + 1)
            let x: [Float] = numbers.list(count, in: test.range)
            let y = unaligned(x, outputCount: count) { test.single($0, $1, count) }
            let error = worstUnitsInLastPlace(y, x.map { test.reference(Double($0)) })
            #expect(error <= test.units, "\(test.name), float, \(count) elements")

            let wide: [Double] = numbers.list(count, in: test.range)
            let wideResult = unaligned(wide, outputCount: count) { test.double($0, $1, count) }
            let wideError = worstUnitsInLastPlace(wideResult, wide.map(test.reference))
            #expect(wideError <= test.units + 0.5, "\(test.name), double, \(count) elements")
        }
    }

    @Test("output may be the input", arguments: unaryCases)
    func worksInPlace(_ test: UnaryCase) {
        for count in [1, 17, 5003] {
            var numbers = TestNumbers(seed: 5)
            let x: [Float] = numbers.list(count, in: test.range)
            let apart = unaligned(x, outputCount: count) { test.single($0, $1, count) }
            let inPlace = unaligned([], outputCount: count, initial: x) { test.single(UnsafePointer($1), $1, count) }
            #expect(apart.map(\.bitPattern) == inPlace.map(\.bitPattern))
        }
    }

    @Test("the bits do not depend on the number of threads", arguments: unaryCases)
    func ignoresThreads(_ test: UnaryCase) {
        var numbers = TestNumbers(seed: 6)
        let x: [Float] = numbers.list(threadedCount, in: test.range)
        let (one, two) = withOneAndTwoThreads { unaligned(x, outputCount: x.count) { test.single($0, $1, x.count) } }
        #expect(one.map(\.bitPattern) == two.map(\.bitPattern))
    }

    @Test("special values give what the C library gives", arguments: unaryCases)
    func handlesSpecialValues(_ test: UnaryCase) {
        // Several copies, so that both the vector loop and the rest meet them.
        let special: [Double] = [.nan, .infinity, -.infinity, 0, 1, -1, 1e30, -1e30, 1e-30, -1e-30]
        let x = (0..<41).map { special[$0 % special.count] }
        let wide = unaligned(x, outputCount: x.count) { test.double($0, $1, x.count) }
        #expect(worstUnitsInLastPlace(wide, x.map(test.reference)) <= test.units + 0.5, "\(test.name) double: \(wide)")
        let narrow = x.map { Float($0) }
        let y = unaligned(narrow, outputCount: x.count) { test.single($0, $1, x.count) }
        let expected = narrow.map { test.reference(Double($0)) }
        #expect(worstUnitsInLastPlace(y, expected) <= test.units, "\(test.name) float: \(y)")
    }
}
