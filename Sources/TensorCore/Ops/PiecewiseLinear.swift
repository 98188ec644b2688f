// SPDX-License-Identifier: Apache-2.0
// Functions of one element that are linear in pieces: size and limits.

import CKernels

extension Tensor {
    /// `|x|`; its derivative at 0 is 0.
    public func abs() -> Tensor {
        let output = mapped(self, keepsZero: true, elbo_abs_f32, elbo_abs_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient * self.sign()) }
    }

    /// -1, 0 or 1 (NaN for NaN); its derivative is 0 everywhere.
    public func sign() -> Tensor { mapped(self, keepsZero: true, elbo_sign_f32, elbo_sign_f64) }

    /// `min(max(x, lower), upper)`; the gradient passes where x lies in the closed range, and is 0 outside.
    /// - Precondition: `range` has neither NaN nor an upper bound below the lower one (ClosedRange sees to it).
    public func clamp(_ range: ClosedRange<Double>) -> Tensor {
        let (low, high) = (Float(range.lowerBound), Float(range.upperBound))
        let output = mapped(
            self, keepsZero: range.contains(0), { elbo_clamp_f32($0, $1, $2, low, high) },
            { elbo_clamp_f64($0, $1, $2, range.lowerBound, range.upperBound) })
        return record(output, self) { gradient, inputs in
            guard inputs.wants(0) else { return }
            // What the limits left alone lies within them.
            let inside = combined("clamp", ELBO_EQUAL, self, output, keepsZero: false)
            inputs.add(0, gradient * inside)
        }
    }
}
