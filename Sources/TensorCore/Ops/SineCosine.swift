// SPDX-License-Identifier: Apache-2.0
// Sine and cosine of angles in radians.

import CKernels

extension Tensor {
    /// Sine; NaN for infinite angles.
    public func sin() -> Tensor {
        let output = mapped(self, keepsZero: true, elbo_sin_f32, elbo_sin_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient * self.cos()) }
    }

    /// Cosine; NaN for infinite angles.
    public func cos() -> Tensor {
        let output = mapped(self, keepsZero: false, elbo_cos_f32, elbo_cos_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, -(gradient * self.sin())) }
    }
}
