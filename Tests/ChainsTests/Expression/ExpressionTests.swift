// SPDX-License-Identifier: Apache-2.0
// Formulas as text: values, derivatives, errors with positions, and text that means harm.

import Chains
import RealModule
import TestSupport
import Testing

/// The value of a formula in x and y at (0.7, -0.4).
private func value(_ text: String) throws -> Double {
    try ExpressionDensity(text, variables: ["x", "y"]).logDensity([0.7, -0.4])[0]
}

private func fault(_ text: String, _ variables: [String] = ["x", "y"]) -> ExpressionError? {
    do throws(ExpressionError) {
        _ = try ExpressionDensity(text, variables: variables)
        return nil
    } catch { return error }
}

@Suite("Expressions") struct ExpressionTests {
    static let x = 0.7
    static let y = -0.4
    static let values: [(String, Double)] = [
        ("1", 1), (" 2 + 3 * 4 ", 14), ("(2 + 3) * 4", 20), ("10 - 4 - 3", 3), ("16 / 4 / 2", 2), ("2^3^2", 512),
        ("-2^2", -4), ("(-2)^2", 4), ("2^-1", 0.5), ("--3", 3), ("2*-3", -6), ("+1", 1), ("1.5e2", 150), (".5", 0.5),
        ("2.", 2), ("1E-2", 0.01), ("pi", .pi), ("e", .exp(1)), ("x", x), ("y", y), ("x*y", x * y),
        ("(y)^3", y * y * y),
        ("y^-2", 1 / (y * y)), ("abs(y)", 0.4), ("exp(x)", .exp(x)), ("expm1(x)", .expMinusOne(x)), ("log(x)", .log(x)),
        ("log1p(y)", .log(onePlus: y)), ("sqrt(x)", .sqrt(x)), ("sin(x)", .sin(x)), ("cos(x)", .cos(x)),
        ("tan(x)", .tan(x)), ("sinh(x)", .sinh(x)), ("cosh(x)", .cosh(x)), ("tanh(x)", .tanh(x)), ("atan(x)", .atan(x)),
        ("sigmoid(x)", 1 / (1 + .exp(-x))), ("softplus(x)", .log(1 + .exp(x))), ("pow(x, 2.5)", .pow(x, 2.5)),
        ("min(x, y)", y), ("max(x, y)", x), ("max(1, x, 3, y)", 3), ("logaddexp(x, y)", .log(.exp(x) + .exp(y))),
        ("x\n*\t2", 2 * x), ("log(0)", -.infinity), ("log(y)", .nan), ("y^0.5", .nan), ("max(log(y), 1)", .nan),
        ("-0.5*(x^2 + y^2) - log(1+exp(x))", -0.5 * (x * x + y * y) - .log(1 + .exp(x))),
    ]

    @Test(arguments: values.indices) func hasItsValue(index: Int) throws {
        let (text, expected) = Self.values[index]
        expectClose(try value(text), expected, relative: 1e-14, text)
    }

    @Test(arguments: [
        "x^2*y", "x/y", "x^y", "pow(x, y)", "x^2.5", "y^3", "y^-2", "abs(y)", "exp(x*y)", "expm1(x)", "log(x - y)",
        "log1p(x)", "sqrt(x)", "sin(x*y)", "cos(x)", "tan(x)", "sinh(y)", "cosh(y)", "tanh(x)", "atan(y)", "sigmoid(x)",
        "softplus(3*y)", "min(x, y)", "max(x*x, y)", "logaddexp(x, y)", "logaddexp(x, 2*y, 1)", "-x - -y", "x*x*x*x",
        "(x + y)^4 / (1 + x^2)", "3",
    ])
    func hasItsDerivatives(text: String) throws {
        let density = try ExpressionDensity(text, variables: ["x", "y"])
        let point = [0.7, 0.4]
        let gradient = density.logDensityAndGradient(point).gradients
        for (axis, direction) in [[1.0, 0], [0, 1.0]].enumerated() {
            let numeric = directionalDerivative(at: point, along: direction) { density.logDensity($0)[0] }
            expectClose(gradient[axis], numeric, relative: 1e-8, absolute: 1e-9, "derivative \(axis) of \(text)")
        }
    }

    @Test func derivativesAtEdgesAreFinite() throws {
        // Zero times an infinite slope, equal arguments, powers of zero.
        for text in ["0*sqrt(x)", "x^2", "x^1", "x^0", "max(x, y)", "logaddexp(x, y)", "abs(x)", "sigmoid(1000*x)"] {
            let density = try ExpressionDensity(text, variables: ["x", "y"])
            let gradient = density.logDensityAndGradient([0, 0]).gradients
            #expect(gradient.allSatisfy { $0.isFinite }, "\(text): \(gradient)")
        }
    }

    @Test func manyPointsAreThePointsOneByOne() throws {
        let density = try ExpressionDensity("sin(x)*y + 2", variables: ["x", "y"])
        var numbers = TestNumbers(seed: 2)
        // More than two blocks and a rest.
        let points = numbers.numbers(2 * 150)
        let (values, gradients) = density.logDensityAndGradient(points)
        for index in 0..<150 {
            let (x, y) = (points[2 * index], points[2 * index + 1])
            expectClose(values[index], .sin(x) * y + 2, absolute: 1e-15)
            expectClose(Array(gradients[2 * index..<2 * index + 2]), [.cos(x) * y, .sin(x)], absolute: 1e-15)
        }
    }

    static let faults: [(String, ExpressionError.Code, Int, String)] = [
        ("", .unexpected, 1, "the end of the text"), ("   ", .unexpected, 4, "the end of the text"),
        ("x +", .unexpected, 4, "the end of the text"), ("x y", .unexpected, 3, "'y'"), ("2x", .unexpected, 2, "'x'"),
        ("x + * y", .unexpected, 5, "'*'"), ("(x", .unexpected, 3, "the end of the text"),
        ("x)", .unexpected, 2, "')'"),
        ("x ** 2", .unexpected, 4, "'*'"), ("x + z", .unknownName, 5, "'z'"), ("foo(x)", .unknownName, 1, "'foo'"),
        ("exp x", .unexpected, 5, "'x'"), ("exp", .unexpected, 4, "the end of the text"),
        ("exp(x, y)", .wrongArgumentCount, 1, "'exp' of 2 arguments"),
        ("1+min(x)", .wrongArgumentCount, 3, "'min' of 1 arguments"),
        ("pow(x, y, 1)", .wrongArgumentCount, 1, "'pow' of 3 arguments"), ("exp()", .unexpected, 5, "')'"),
        ("1e999", .badNumber, 1, "'1e999'"), ("1.2.3", .unexpected, 4, "'.'"), (".", .badNumber, 1, "'.'"),
        ("x = 3", .unexpected, 3, "'='"), ("x\u{07}", .unexpected, 2, "'U+7'"),
        ("x \u{2212} y", .unexpected, 3, "'U+2212'"),
        ("\u{202E}x", .unexpected, 1, "'U+202E'"), ("x; y", .unexpected, 2, "';'"),
    ]

    @Test(arguments: faults.indices) func errorsNameTheirPlace(index: Int) throws {
        let (text, code, position, found) = Self.faults[index]
        let error = try #require(fault(text))
        #expect(error.code == code && error.position == position && error.found == found, "\(text): \(error)")
        #expect(!error.allowed.isEmpty)
        #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F })
    }

    @Test func anUnknownNameIsToldWhatThereIs() throws {
        let error = try #require(fault("x + mean"))
        for name in ["x", "y", "pi", "exp", "logaddexp"] { #expect(error.allowed.contains(name)) }
    }

    @Test(arguments: [["1x"], ["x", "x"], ["exp"], ["pi"], [""], ["a b"], ["x\u{0}"], [], ["é"]])
    func unusableVariablesAreRefused(variables: [String]) throws {
        #expect(try #require(fault("1", variables)).code == .badVariable)
    }

    @Test func hostileTextsAreRefusedQuickly() throws {
        let deep = 5000
        let hostile = [
            String(repeating: "(", count: deep) + "x" + String(repeating: ")", count: deep - 1000),
            String(repeating: "-", count: deep) + "x", String(repeating: "x^", count: deep - 1) + "x",
            String(repeating: "exp(", count: 2000), String(repeating: "x+", count: 4990) + "x",
            String(repeating: "x", count: 2_000_000), String(repeating: "9", count: 9000),
            String(repeating: " ", count: 1_000_000),
        ]
        for text in hostile {
            let error = try #require(fault(text))
            #expect([.tooLarge, .badNumber].contains(error.code), "\(error)")
            #expect(error.description.count < 300)
        }
        // Just within the limits.
        #expect(fault(String(repeating: "(", count: 99) + "x" + String(repeating: ")", count: 99)) == nil)
        #expect(fault(String(repeating: "x+", count: 2000) + "x") == nil)
    }

    @Test func randomTextsNeverTrap() {
        let pieces = [
            "x", "y", "1", "2.5", "e", "1e5", "(", ")", "(", ")", "+", "-", "*", "/", "^", ",", " ", "exp", "log(",
            "min(",
            "pow(", "logaddexp(", "abs(", ".", "\u{0}", "é", "pi", "=", "\u{1F600}", "\n",
        ]
        var numbers = TestNumbers(seed: 77)
        var parsed = 0
        for _ in 0..<6000 {
            let text = (0..<Int.random(in: 0...14, using: &numbers)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &numbers)]
            }.joined()
            do throws(ExpressionError) {
                let density = try ExpressionDensity(text, variables: ["x", "y"])
                parsed += 1
                let (values, gradients) = density.logDensityAndGradient([0.3, -1.2, 0, 0, .nan, .infinity])
                #expect(values.count == 3 && gradients.count == 6)
            } catch {
                #expect(error.position >= 1 && error.position <= text.unicodeScalars.count + 1)
                #expect(!error.found.isEmpty && !error.allowed.isEmpty)
            }
        }
        #expect(parsed > 50, "\(parsed) of the texts were formulas")
    }
}
