// SPDX-License-Identifier: Apache-2.0
// The element-wise functions that training loops use most.

import CKernels

extension Tensor {
    /// `max(x, 0)`; its derivative at 0 is 0.
    public func relu() -> Tensor {
        let output = mapped(self, keepsZero: true, elbo_relu_f32, elbo_relu_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.keptWhere(positive: output)) }
    }

    /// `x` where `mask` is positive, else 0; the mask has no gradient.
    func keptWhere(positive mask: Tensor) -> Tensor {
        let mask = mask.detached()
        let output = zipped(self, mask, keepsZero: true, elbo_relu_backward_f32, elbo_relu_backward_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.keptWhere(positive: mask)) }
    }

    /// Hyperbolic tangent.
    public func tanh() -> Tensor {
        let output = mapped(self, keepsZero: true, elbo_tanh_f32, elbo_tanh_f64)
        return record(output, self) { gradient, inputs in
            inputs.add(0, tanhBackward(gradient, inputs.output(output), isRecording: inputs.isRecording))
        }
    }

    /// Exponential function.
    public func exp() -> Tensor {
        let output = mapped(self, keepsZero: false, elbo_exp_f32, elbo_exp_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient * inputs.output(output)) }
    }

    /// Natural logarithm; NaN below 0, minus infinity at 0.
    public func log() -> Tensor {
        let output = mapped(self, keepsZero: false, elbo_log_f32, elbo_log_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient / self) }
    }

    /// `x²`.
    public func square() -> Tensor {
        let output = mapped(self, keepsZero: true, elbo_square_f32, elbo_square_f64)
        return record(output, self) { gradient, inputs in inputs.add(0, gradient * self * 2) }
    }
}

/// `g (1 - y²)`: the gradient through `y = tanh(x)`.
func tanhBackward(_ gradient: Tensor, _ output: Tensor, isRecording: Bool) -> Tensor {
    if isRecording { return gradient * (1 - output.square()) }
    return zipped(gradient, output, keepsZero: true, elbo_tanh_backward_f32, elbo_tanh_backward_f64)
}
