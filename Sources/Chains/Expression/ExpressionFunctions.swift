// SPDX-License-Identifier: Apache-2.0
// The functions of expressions: their names, values and derivatives.

import Probability
import RealModule

/// A function of one number; the raw value is its name in expressions.
enum UnaryFunction: String, CaseIterable {
    case abs, atan, cos, cosh, exp, expm1, log, log1p, sigmoid, sin, sinh, softplus, sqrt, tan, tanh
    /// The sign in front of an operand; the name cannot be written.
    case negate = "-"

    /// `f(x)`; NaN outside the domain.
    func value(_ x: Double) -> Double {
        switch self {
        case .abs: x.magnitude
        case .atan: .atan(x)
        case .cos: .cos(x)
        case .cosh: .cosh(x)
        case .exp: .exp(x)
        case .expm1: .expMinusOne(x)
        case .log: .log(x)
        case .log1p: .log(onePlus: x)
        case .negate: -x
        case .sigmoid: Self.sigmoid(x)
        case .sin: .sin(x)
        case .sinh: .sinh(x)
        case .softplus: Swift.max(x, 0) + .log(onePlus: .exp(-x.magnitude))
        case .sqrt: x.squareRoot()
        case .tan: .tan(x)
        case .tanh: .tanh(x)
        }
    }

    /// `f'(x)` with `value` = f(x); 0 for `abs` at 0.
    func slope(_ x: Double, value: Double) -> Double {
        switch self {
        case .abs: x > 0 ? 1 : (x < 0 ? -1 : x * 0)
        case .atan: 1 / (1 + x * x)
        case .cos: -.sin(x)
        case .cosh: .sinh(x)
        case .exp: value
        case .expm1: .exp(x)
        case .log: 1 / x
        case .log1p: 1 / (1 + x)
        case .negate: -1
        case .sigmoid: value * Self.sigmoid(-x)
        case .sin: .cos(x)
        case .sinh: .cosh(x)
        case .softplus: Self.sigmoid(x)
        case .sqrt: 0.5 / value
        case .tan: 1 + value * value
        case .tanh: 1 - value * value
        }
    }

    /// `1 / (1 + exp(-x))`; for very negative x the division overflows to the right answer, 0.
    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + .exp(-x)) }
}

/// A function of two numbers; the raw value is its name or sign in expressions.
enum BinaryFunction: String, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case pow, min, max, logaddexp

    /// Whether it is written as a call.
    var isCall: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide: false
        case .pow, .min, .max, .logaddexp: true
        }
    }

    /// `f(x, y)`; NaN outside the domain, and for `min` and `max` where either is NaN.
    func value(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        case .pow: power(x, y)
        case .min: x.isNaN || y.isNaN ? .nan : Swift.min(x, y)
        case .max: x.isNaN || y.isNaN ? .nan : Swift.max(x, y)
        case .logaddexp: logAddExp(x, y)
        }
    }

    /// The derivatives by x and y with `value` = f(x, y); at the kinks of `min` and `max` that of the first argument.
    func slopes(_ x: Double, _ y: Double, value: Double) -> (Double, Double) {
        switch self {
        case .add: (1, 1)
        case .subtract: (1, -1)
        case .multiply: (y, x)
        case .divide: (1 / y, -value / y)
        case .pow: (y == 0 ? 0 : y * power(x, y - 1), x > 0 ? value * .log(x) : 0)
        case .min: x <= y ? (1, 0) : (0, 1)
        case .max: x >= y ? (1, 0) : (0, 1)
        // Equal infinities have no difference; their shares are 1/2, as for every pair of equal numbers.
        case .logaddexp: x == y ? (0.5, 0.5) : (1 / (1 + .exp(y - x)), 1 / (1 + .exp(x - y)))
        }
    }
}

/// `x^y`: by multiplication for whole exponents, which may have a negative base, otherwise `exp(y log x)`.
private func power(_ x: Double, _ y: Double) -> Double {
    if y == y.rounded(), y.magnitude <= 1024 { return .pow(x, Int(y)) }
    return .pow(x, y)
}
