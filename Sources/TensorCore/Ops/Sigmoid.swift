// SPDX-License-Identifier: Apache-2.0
// The logistic function and its integral.

import CKernels

extension Tensor {
    /// `1 / (1 + e^-x)`, without overflow on either side.
    public func sigmoid() -> Tensor {
        let output = mapped(self, keepsZero: false, elbo_sigmoid_f32, elbo_sigmoid_f64)
        return record(output, self) { gradient, inputs in
            guard inputs.wants(0) else { return }
            if inputs.isRecording {
                let y = inputs.output(output)
                inputs.add(0, gradient * (y * (1 - y)))
            } else {
                // A padding gradient is 0, and so is its product with anything finite.
                inputs.add(
                    0, zipped(gradient, output, keepsZero: true, elbo_sigmoid_backward_f32, elbo_sigmoid_backward_f64))
            }
        }
    }

    /// `log(1 + e^x)` in the form `max(x, 0) + log(1 + e^-|x|)`; its derivative is the sigmoid.
    public func softplus() -> Tensor {
        let output = mapped(self, keepsZero: false, elbo_softplus_f32, elbo_softplus_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient * self.sigmoid()) }
    }
}
