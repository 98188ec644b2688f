// SPDX-License-Identifier: Apache-2.0
// Probabilities from logits along an axis, and their logarithms. The loss over labels is softmaxCrossEntropy.

import CKernels

extension Tensor {
    /// `e^x / Σ e^x` along an axis; each line is shifted by its maximum first.
    public func softmax(axis: Int = -1) -> Tensor {
        alongLastAxis(axis) { x, columns in
            let output = Tensor(uninitialized: x.shape, x.dataType)
            let (source, rows) = (x.plain, columns == 0 ? 0 : x.count / columns)
            switch x.dataType {
            case .float32: elbo_softmax_f32(source.elements(), output.elements(), rows, columns)
            case .float64: elbo_softmax_f64(source.elements(), output.elements(), rows, columns)
            }
            return record(output, x) { gradient, inputs in
                guard inputs.wants(0) else { return }
                if inputs.isRecording {
                    let y = inputs.output(output)
                    inputs.add(0, y * (gradient - (gradient * y).sum(axes: [-1], keepDims: true)))
                    return
                }
                let (dy, dx) = (gradient.plain, Tensor(uninitialized: output.shape, output.dataType))
                switch dx.dataType {
                case .float32:
                    elbo_softmax_backward_f32(dy.elements(), output.elements(), dx.elements(), rows, columns)
                case .float64:
                    elbo_softmax_backward_f64(dy.elements(), output.elements(), dx.elements(), rows, columns)
                }
                inputs.add(0, dx)
            }
        }
    }

    /// `x - log Σ e^x` along an axis, in nats.
    public func logSoftmax(axis: Int = -1) -> Tensor {
        alongLastAxis(axis) { x, columns in
            let output = Tensor(uninitialized: x.shape, x.dataType)
            let (source, rows) = (x.plain, columns == 0 ? 0 : x.count / columns)
            switch x.dataType {
            case .float32: elbo_log_softmax_f32(source.elements(), output.elements(), rows, columns)
            case .float64: elbo_log_softmax_f64(source.elements(), output.elements(), rows, columns)
            }
            return record(output, x) { gradient, inputs in
                guard inputs.wants(0) else { return }
                if inputs.isRecording {
                    let y = inputs.output(output)
                    inputs.add(0, gradient - y.exp() * gradient.sum(axes: [-1], keepDims: true))
                    return
                }
                let (dy, dx) = (gradient.plain, Tensor(uninitialized: output.shape, output.dataType))
                switch dx.dataType {
                case .float32:
                    elbo_log_softmax_backward_f32(dy.elements(), output.elements(), dx.elements(), rows, columns)
                case .float64:
                    elbo_log_softmax_backward_f64(dy.elements(), output.elements(), dx.elements(), rows, columns)
                }
                inputs.add(0, dx)
            }
        }
    }

    /// Applies an operation on rows along any axis, by moving that axis to the end and back.
    private func alongLastAxis(_ axis: Int, _ operation: (Tensor, Int) -> Tensor) -> Tensor {
        let axis = shape.resolved(axis)
        if axis == rank - 1 { return operation(self, shape[axis]) }
        var order = Array(0..<(rank - 1))
        order.insert(rank - 1, at: axis)
        return operation(movingToTheEnd(axis), shape[axis]).transpose(order)
    }
}
