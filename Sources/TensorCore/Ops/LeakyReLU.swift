// SPDX-License-Identifier: Apache-2.0
// The rectifier that lets a little through on the negative side.

import CKernels

extension Tensor {
    /// `x` where positive, `slope * x` elsewhere; the derivative at 0 is `slope`.
    /// - Precondition: `slope` is not negative.
    public func leakyReLU(slope: Double = 0.01) -> Tensor {
        check(slope >= 0, "leakyReLU", "a slope of at least 0", "\(slope)")
        let single = Float(slope)
        let output = mapped(
            self, keepsZero: true, { elbo_leaky_relu_f32($0, $1, $2, single) },
            { elbo_leaky_relu_f64($0, $1, $2, slope) })
        return record(output, self) { gradient, inputs in
            inputs.add(0, gradient.multiplied(by: slope, whereNotPositive: output))
        }
    }

    /// `x` where `mask` is positive, `slope * x` elsewhere; the mask has no gradient.
    private func multiplied(by slope: Double, whereNotPositive mask: Tensor) -> Tensor {
        let single = Float(slope)
        let output = zipped(
            self, mask, keepsZero: true, { elbo_leaky_relu_backward_f32($0, $1, $2, $3, single) },
            { elbo_leaky_relu_backward_f64($0, $1, $2, $3, slope) })
        return record(output, self) { gradient, inputs in
            inputs.add(0, gradient.multiplied(by: slope, whereNotPositive: mask))
        }
    }
}
