// SPDX-License-Identifier: Apache-2.0
// Sums, differences, products and quotients of tensors, with broadcasting, and with numbers.

import CKernels

extension Tensor {
    /// `a + b`, element by element; axes of size 1 are repeated.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        let output = combined("+", ELBO_ADD, a, b, keepsZero: true)
        let (aShape, bShape) = (a.shape, b.shape)
        return record(output, a, b) { gradient, inputs in
            inputs.add(0, gradient.sum(to: aShape))
            inputs.add(1, gradient.sum(to: bShape))
        }
    }

    /// `a - b`, element by element; axes of size 1 are repeated.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        let output = combined("-", ELBO_SUBTRACT, a, b, keepsZero: true)
        let (aShape, bShape) = (a.shape, b.shape)
        return record(output, a, b) { gradient, inputs in
            inputs.add(0, gradient.sum(to: aShape))
            inputs.add(1, -gradient.sum(to: bShape))
        }
    }

    /// `a * b`, element by element; axes of size 1 are repeated.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        let output = combined("*", ELBO_MULTIPLY, a, b, keepsZero: true)
        return record(output, a, b) { gradient, inputs in
            inputs.add(0, (gradient * b).sum(to: a.shape))
            inputs.add(1, (gradient * a).sum(to: b.shape))
        }
    }

    /// `a / b`, element by element; axes of size 1 are repeated.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        let output = combined("/", ELBO_DIVIDE, a, b, keepsZero: false)
        return record(output, a, b) { gradient, inputs in
            inputs.add(0, (gradient / b).sum(to: a.shape))
            inputs.add(1, -(gradient * inputs.output(output) / b).sum(to: b.shape))
        }
    }

    /// `scale * x + offset` with numbers.
    func scaled(by scale: Double, plus offset: Double = 0) -> Tensor {
        let (factor, shift) = (Float(scale), Float(offset))
        let output = mapped(
            self, keepsZero: offset == 0, { elbo_affine_f32($0, $1, $2, factor, shift) },
            { elbo_affine_f64($0, $1, $2, scale, offset) })
        return record(output, self) { gradient, inputs in inputs.add(0, gradient.scaled(by: scale)) }
    }

    /// `-x`.
    public static prefix func - (x: Tensor) -> Tensor { x.scaled(by: -1) }

    /// `x + number`.
    public static func + (x: Tensor, number: Double) -> Tensor { x.scaled(by: 1, plus: number) }

    /// `number + x`.
    public static func + (number: Double, x: Tensor) -> Tensor { x.scaled(by: 1, plus: number) }

    /// `x - number`.
    public static func - (x: Tensor, number: Double) -> Tensor { x.scaled(by: 1, plus: -number) }

    /// `number - x`.
    public static func - (number: Double, x: Tensor) -> Tensor { x.scaled(by: -1, plus: number) }

    /// `x * number`.
    public static func * (x: Tensor, number: Double) -> Tensor { x.scaled(by: number) }

    /// `number * x`.
    public static func * (number: Double, x: Tensor) -> Tensor { x.scaled(by: number) }

    /// `x / number`.
    public static func / (x: Tensor, number: Double) -> Tensor { x.scaled(by: 1 / number) }

    /// `number / x`.
    public static func / (number: Double, x: Tensor) -> Tensor { .full([], number, x.dataType) / x }

    /// `a = a + b`, as a new tensor.
    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
}
