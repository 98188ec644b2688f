// SPDX-License-Identifier: Apache-2.0
// The square root, and powers with a number as exponent.

import CKernels

extension Tensor {
    /// Square root; NaN below 0.
    ///
    /// The derivative at 0 is infinite.
    public func sqrt() -> Tensor {
        let output = mapped(self, keepsZero: true, elbo_sqrt_f32, elbo_sqrt_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient / (inputs.output(output) * 2)) }
    }

    /// `x^exponent` with the special cases of C: NaN for a negative number and an exponent that is not whole, 1 for
    /// exponent 0.
    public func pow(_ exponent: Double) -> Tensor {
        let single = Float(exponent)
        let output = mapped(
            self, keepsZero: exponent > 0, { elbo_power_f32($0, $1, $2, single) },
            { elbo_power_f64($0, $1, $2, exponent) })
        return record(output, self) { gradient, inputs in
            // A constant has no gradient; 0 * x^-1 would make NaN of it at 0.
            if exponent != 0 { inputs.add(0, gradient * (self.pow(exponent - 1) * exponent)) }
        }
    }
}
