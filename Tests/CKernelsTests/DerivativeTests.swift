// SPDX-License-Identifier: Apache-2.0
// The derivatives that use the saved output, filling, and conversion between precisions.

import CKernels
import TestSupport
import Testing

@Suite struct DerivativeTests {
    @Test("derivatives from the output, every size class")
    func matchesFormulas() {
        for count in sizeClasses + [threadedCount] {
            var numbers = TestNumbers(seed: 7)
            let dy: [Double] = numbers.list(count)
            let y: [Double] = numbers.list(count, in: -1...1)
            let cases:
                [(String, (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void, (Double, Double) -> Double)] =
                    [
                        ("tanh", { elbo_tanh_backward_f64($0, y, $1, count) }, { $0 * (1 - $1 * $1) }),
                        ("sigmoid", { elbo_sigmoid_backward_f64($0, y, $1, count) }, { $0 * $1 * (1 - $1) }),
                        ("relu", { elbo_relu_backward_f64($0, y, $1, count) }, { $1 > 0 ? $0 : 0 }),
                        (
                            "leaky relu", { elbo_leaky_relu_backward_f64($0, y, $1, count, 0.1) },
                            { $1 > 0 ? $0 : 0.1 * $0 }
                        ),
                    ]
            for (name, kernel, formula) in cases {
                let result = unaligned(dy, outputCount: count, kernel)
                expectClose(result, zip(dy, y).map(formula), relative: 1e-15, absolute: 1e-15, "\(name) \(count)")
            }
        }
    }

    @Test("single precision derivatives agree with double precision ones")
    func agreesAcrossPrecisions() {
        let count = 1025
        var numbers = TestNumbers(seed: 8)
        let dy: [Float] = numbers.list(count)
        let y: [Float] = numbers.list(count, in: -1...1)
        let tanhs = unaligned(dy, outputCount: count) { elbo_tanh_backward_f32($0, y, $1, count) }
        expectClose(tanhs, zip(dy, y).map { $0 * (1 - $1 * $1) }, relative: 1e-6, absolute: 1e-6)
        let sigmoids = unaligned(dy, outputCount: count) { elbo_sigmoid_backward_f32($0, y, $1, count) }
        expectClose(sigmoids, zip(dy, y).map { $0 * $1 * (1 - $1) }, relative: 1e-6, absolute: 1e-6)
        let relus = unaligned(dy, outputCount: count) { elbo_relu_backward_f32($0, y, $1, count) }
        #expect(relus == zip(dy, y).map { $1 > 0 ? $0 : 0 })
        let leaky = unaligned(dy, outputCount: count) { elbo_leaky_relu_backward_f32($0, y, $1, count, 0.5) }
        #expect(leaky == zip(dy, y).map { $1 > 0 ? $0 : 0.5 * $0 })
    }

    @Test("filling and conversion, every size class")
    func fillsAndConverts() {
        for count in sizeClasses {
            let filled = unaligned([], outputCount: count) { (_: UnsafePointer<Float>, y) in elbo_fill_f32(y, count, 3)
            }
            #expect(filled == [Float](repeating: 3, count: count))
            let filledWide = unaligned([], outputCount: count) { (_: UnsafePointer<Double>, y) in
                elbo_fill_f64(y, count, -2)
            }
            #expect(filledWide == [Double](repeating: -2, count: count))
            var numbers = TestNumbers(seed: 9)
            let x: [Double] = numbers.list(count)
            var narrow = [Float](repeating: 0, count: count)
            elbo_narrow(x, &narrow, count)
            #expect(narrow == x.map { Float($0) })
            let wide = unaligned([], outputCount: count) { (_: UnsafePointer<Double>, y) in elbo_widen(narrow, y, count)
            }
            #expect(wide == narrow.map(Double.init))
        }
    }

    @Test(
        "the power function follows C for all kinds of exponents",
        arguments: [-3.0, -0.5, 0, 0.5, 1, 2, 3, 4, .infinity])
    func raisesToPowers(exponent: Double) {
        let x: [Float] = [0, -0.0, 1, -1, 2.5, -2.5, 1e-3, 1e3, .infinity, -.infinity, .nan, 7, 8, 9, 10, 11, 12]
        let y = unaligned(x, outputCount: x.count) { elbo_power_f32($0, $1, x.count, Float(exponent)) }
        let expected = x.map { powerReference(Double($0), exponent) }
        #expect(worstUnitsInLastPlace(y, expected) <= 1, "\(y) \(expected)")
    }

    @Test("angles beyond the fast range are still right")
    func handlesLargeAngles() {
        let x: [Float] = (0..<40).map { $0 % 3 == 0 ? 1e7 + Float($0) : Float($0) * 1000 }
        let sines = unaligned(x, outputCount: x.count) { elbo_sin_f32($0, $1, x.count) }
        let cosines = unaligned(x, outputCount: x.count) { elbo_cos_f32($0, $1, x.count) }
        for index in x.indices {
            let (s, c) = (Double(sines[index]), Double(cosines[index]))
            expectClose(s * s + c * c, 1, absolute: 1e-6)
        }
        #expect(worstUnitsInLastPlace(sines, x.map { sineReference(Double($0)) }) <= 1)
    }
}
