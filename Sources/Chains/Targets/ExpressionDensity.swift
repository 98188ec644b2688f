// SPDX-License-Identifier: Apache-2.0
// A log density that the user wrote as a formula.

/// A log density given as text, such as `-0.5*(x^2 + y^2) - log(1+exp(x))` in the variables `x` and `y`.
///
/// Operators `+ - * / ^`, parentheses, the constants `pi` and `e`, and the functions abs, atan, cos, cosh, exp, expm1, log,
/// log1p, sigmoid, sin, sinh, softplus, sqrt, tan, tanh of one argument, pow of two, and logaddexp, max, min of two or more.
/// Derivatives are exact, by reverse mode. Outside the domain of a function, as log of a negative number, the value is
/// NaN; `log(0)` is `-infinity`, which makes a point outside of the support.
public struct ExpressionDensity: LogDensity, Sendable, Equatable {
    /// The text.
    public let text: String
    /// The names of the coordinates, `[D]`.
    public let variables: [String]
    private let tape: ExpressionTape

    /// Reads a formula in the given variables; the i-th names the i-th coordinate, also if the formula lacks it.
    ///
    /// - Throws: `ExpressionError` with the position of the fault, what was found, and what is allowed there. Texts beyond
    ///   10 000 characters, 100 levels of nesting or 4096 operations are refused.
    public init(_ text: String, variables: [String]) throws(ExpressionError) {
        tape = try ExpressionParser.parse(text, variables: variables)
        self.text = text
        self.variables = variables
    }

    /// D.
    public var dimension: Int { variables.count }

    /// Writes the log density of every point.
    public func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        evaluate(points, values: values, gradients: nil)
    }

    /// Writes the log density of every point and its derivatives.
    public func logDensityAndGradient(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>
    ) {
        evaluate(points, values: values, gradients: gradients)
    }

    private func evaluate(
        _ points: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
        gradients: UnsafeMutableBufferPointer<Double>?
    ) {
        let block = ExpressionTape.blockSize
        let rows = tape.nodes.count * (gradients == nil ? 1 : 2)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: rows * block) { scratch in
            guard let scratch = scratch.baseAddress, let points = points.baseAddress,
                let firstValue = values.baseAddress
            else { return }
            for first in stride(from: 0, to: values.count, by: block) {
                let offset = first * dimension
                tape.evaluate(
                    points + offset, dimension: dimension, count: min(block, values.count - first),
                    values: firstValue + first, gradients: gradients?.baseAddress.map { $0 + offset },
                    scratch: scratch)
            }
        }
    }
}
