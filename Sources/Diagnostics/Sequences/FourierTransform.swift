// SPDX-License-Identifier: Apache-2.0
// A complex Fourier transform whose sizes are powers of two, for autocovariances only: the spectrum stays in
// bit-reversed order.

import RealModule
import Synchronization

/// The twiddle factors of one size.
///
/// `scramble` leaves the spectrum in bit-reversed order and `unscramble` takes it in that order: between them only the
/// squared modulus is taken, to which order means nothing, so the usual permutation is never done.
final class FourierPlan: Sendable {
    /// Number of complex numbers, a power of two.
    let size: Int
    /// `cos(pi j / h)` for all `j < h`, for the half lengths `h` = 1, 2, 4, … of the stages; that of stage `h` begins
    /// at `h - 1`.
    private let cosines: [Double]
    /// `-sin(pi j / h)` in the same order.
    private let sines: [Double]

    private static let plans = Mutex<[Int: FourierPlan]>([:])

    /// The plan of a size, made once for the whole process: there are at most as many as bits in a size.
    ///
    /// - Precondition: `size` is a power of two.
    static func plan(size: Int) -> FourierPlan {
        plans.withLock { plans in
            if let plan = plans[size] { return plan }
            let plan = FourierPlan(size: size)
            plans[size] = plan
            return plan
        }
    }

    private init(size: Int) {
        guard size > 0, size & (size - 1) == 0 else { fatalError("FourierPlan: size \(size) is no power of two") }
        self.size = size
        var (cosines, sines) = ([Double](), [Double]())
        var half = 1
        while half < size {
            for j in 0..<half {
                let angle = Double.pi * Double(j) / Double(half)
                cosines.append(.cos(angle))
                sines.append(-.sin(angle))
            }
            half *= 2
        }
        self.cosines = cosines
        self.sines = sines
    }

    /// `X_k = sum_t x_t exp(-2 pi i k t / size)`, in place, the result in bit-reversed order.
    func scramble(_ real: inout [Double], _ imaginary: inout [Double]) {
        stages(&real, &imaginary) { re, im, cosines, sines in
            var half = self.size / 2
            while half >= 1 {
                let (c, s) = (cosines + (half - 1), sines + (half - 1))
                for block in stride(from: 0, to: self.size, by: 2 * half) {
                    let (re0, im0, re1, im1) = (re + block, im + block, re + (block + half), im + (block + half))
                    for j in 0..<half {
                        let (a, b) = (re0[j] - re1[j], im0[j] - im1[j])
                        re0[j] += re1[j]
                        im0[j] += im1[j]
                        re1[j] = a * c[j] - b * s[j]
                        im1[j] = a * s[j] + b * c[j]
                    }
                }
                half /= 2
            }
        }
    }

    /// The same sum over numbers that lie in bit-reversed order, in place, the result in natural order.
    func unscramble(_ real: inout [Double], _ imaginary: inout [Double]) {
        stages(&real, &imaginary) { re, im, cosines, sines in
            var half = 1
            while half < self.size {
                let (c, s) = (cosines + (half - 1), sines + (half - 1))
                for block in stride(from: 0, to: self.size, by: 2 * half) {
                    let (re0, im0, re1, im1) = (re + block, im + block, re + (block + half), im + (block + half))
                    for j in 0..<half {
                        let a = re1[j] * c[j] - im1[j] * s[j]
                        let b = re1[j] * s[j] + im1[j] * c[j]
                        re1[j] = re0[j] - a
                        im1[j] = im0[j] - b
                        re0[j] += a
                        im0[j] += b
                    }
                }
                half *= 2
            }
        }
    }

    /// Calls `body` with the four arrays as pointers, after checking that the data have this plan's size.
    private func stages(
        _ real: inout [Double], _ imaginary: inout [Double],
        _ body: (
            UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>
        ) -> Void
    ) {
        guard real.count == size, imaginary.count == size else {
            fatalError("FourierPlan: \(real.count) and \(imaginary.count) numbers for size \(size)")
        }
        guard size > 1 else { return }
        real.withUnsafeMutableBufferPointer { re in
            imaginary.withUnsafeMutableBufferPointer { im in
                cosines.withUnsafeBufferPointer { cosines in
                    sines.withUnsafeBufferPointer { sines in
                        body(re.baseAddress!, im.baseAddress!, cosines.baseAddress!, sines.baseAddress!)
                    }
                }
            }
        }
    }
}
