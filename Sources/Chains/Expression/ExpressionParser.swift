// SPDX-License-Identifier: Apache-2.0
// Text to operations: a recursive descent with limits, so that no text can exhaust memory or stack.

/// Reads an expression.
///
/// ```
/// sum      = product { ("+" | "-") product }
/// product  = sign { ("*" | "/") sign }
/// sign     = ("+" | "-") sign | power
/// power    = primary [ "^" sign ]
/// primary  = number | name | function "(" sum { "," sum } ")" | "(" sum ")"
/// ```
///
/// A sign binds weaker than a power, `-x^2` is `-(x^2)`, and powers group to the right.
struct ExpressionParser {
    /// The longest text, in Unicode scalars.
    static let lengthLimit = 10_000
    /// The deepest nesting of parentheses, signs and powers.
    static let depthLimit = 100

    private let scalars: [Unicode.Scalar]
    private let variables: [String: Int]
    private var position = 0
    private var depth = 0
    private var tape = ExpressionTape()

    /// The operations of a text in the given variables.
    static func parse(_ text: String, variables: [String]) throws(ExpressionError) -> ExpressionTape {
        try checkNames(variables)
        // Counting stops at the limit: the text may be huge.
        let scalars = Array(text.unicodeScalars.prefix(lengthLimit + 1))
        guard scalars.count <= lengthLimit else {
            throw ExpressionError(
                code: .tooLarge, position: lengthLimit + 1, found: "a longer text",
                allowed: ["at most \(lengthLimit) characters"])
        }
        var parser = ExpressionParser(scalars, variables)
        _ = try parser.sum()
        parser.skipSpaces()
        guard parser.position == scalars.count else { throw parser.unexpected(["an operator", "the end"]) }
        return parser.tape
    }

    private init(_ scalars: [Unicode.Scalar], _ variables: [String]) {
        self.scalars = scalars
        self.variables = Dictionary(uniqueKeysWithValues: zip(variables, variables.indices))
    }

    // MARK: The grammar

    private mutating func sum() throws(ExpressionError) -> Int {
        var left = try product()
        while let sign = take("+-") {
            let right = try product()
            left = try append(.binary(sign == "+" ? .add : .subtract, left, right))
        }
        return left
    }

    private mutating func product() throws(ExpressionError) -> Int {
        var left = try sign()
        while let symbol = take("*/") {
            let right = try sign()
            left = try append(.binary(symbol == "*" ? .multiply : .divide, left, right))
        }
        return left
    }

    private mutating func sign() throws(ExpressionError) -> Int {
        try enter()
        defer { depth -= 1 }
        guard let symbol = take("+-") else { return try power() }
        let operand = try sign()
        return symbol == "-" ? try append(.unary(.negate, operand)) : operand
    }

    private mutating func power() throws(ExpressionError) -> Int {
        let base = try primary()
        guard take("^") != nil else { return base }
        let exponent = try sign()
        return try append(.binary(.pow, base, exponent))
    }

    private mutating func primary() throws(ExpressionError) -> Int {
        skipSpaces()
        let start = position
        guard let scalar = next else { throw unexpected(Self.operands) }
        if Self.isDigit(scalar) || scalar == "." { return try append(.constant(number())) }
        if Self.isLetter(scalar) { return try named(name(), at: start) }
        guard take("(") != nil else { throw unexpected(Self.operands) }
        let inner = try sum()
        guard take(")") != nil else { throw unexpected(["an operator", "')'"]) }
        return inner
    }

    private mutating func named(_ name: String, at start: Int) throws(ExpressionError) -> Int {
        if let axis = variables[name] { return try append(.variable(axis)) }
        if let value = Self.constants[name] { return try append(.constant(value)) }
        if let function = UnaryFunction(rawValue: name) {
            let arguments = try arguments(of: name, count: 1...1, at: start)
            return try append(.unary(function, arguments[0]))
        }
        if let function = BinaryFunction(rawValue: name) {
            // More arguments of those that can take them are grouped from the left.
            let arguments = try arguments(of: name, count: function == .pow ? 2...2 : 2...100, at: start)
            var result = arguments[0]
            for argument in arguments.dropFirst() { result = try append(.binary(function, result, argument)) }
            return result
        }
        throw ExpressionError(
            code: .unknownName, position: start + 1, found: printable(name.unicodeScalars),
            allowed: variables.keys.sorted().prefix(20) + Self.constants.keys.sorted() + Self.functionNames)
    }

    private mutating func arguments(
        of name: String, count: ClosedRange<Int>, at start: Int
    ) throws(ExpressionError) -> [Int] {
        guard take("(") != nil else { throw unexpected(["'(' after '\(name)'"]) }
        var arguments = [try sum()]
        while take(",") != nil { arguments.append(try sum()) }
        guard take(")") != nil else { throw unexpected(["an operator", "','", "')'"]) }
        guard count.contains(arguments.count) else {
            let wanted = count.lowerBound == count.upperBound ? "\(count.lowerBound)" : "2 or more"
            throw ExpressionError(
                code: .wrongArgumentCount, position: start + 1, found: "'\(name)' of \(arguments.count) arguments",
                allowed: ["'\(name)' of \(wanted)"])
        }
        return arguments
    }

    // MARK: Pieces

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func skipSpaces() {
        while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { position += 1 }
    }

    /// The next character if it is one of those given.
    private mutating func take(_ characters: String) -> Unicode.Scalar? {
        skipSpaces()
        guard let scalar = next, characters.unicodeScalars.contains(scalar) else { return nil }
        position += 1
        return scalar
    }

    private mutating func name() -> String {
        var name = ""
        while let scalar = next, Self.isLetter(scalar) || Self.isDigit(scalar) {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        return name
    }

    private mutating func number() throws(ExpressionError) -> Double {
        let start = position
        skipDigits()
        if next == "." {
            position += 1
            skipDigits()
        }
        if next == "e" || next == "E" {
            let beforeExponent = position
            position += 1
            if next == "+" || next == "-" { position += 1 }
            // Without digits the letter is a name, which then stands where an operator should.
            if next.map(Self.isDigit) != true { position = beforeExponent }
            skipDigits()
        }
        let piece = scalars[start..<position]
        var text = ""
        text.unicodeScalars.append(contentsOf: piece)
        guard piece.count <= 400, let value = Double(text), value.isFinite else {
            throw ExpressionError(
                code: .badNumber, position: start + 1, found: printable(piece),
                allowed: ["a decimal number below 1e308 of at most 400 characters"])
        }
        return value
    }

    private mutating func skipDigits() {
        while let scalar = next, Self.isDigit(scalar) { position += 1 }
    }

    private mutating func append(_ node: ExpressionTape.Node) throws(ExpressionError) -> Int {
        guard tape.nodes.count < ExpressionTape.nodeLimit else {
            throw ExpressionError(
                code: .tooLarge, position: max(1, position), found: "one more operation",
                allowed: ["at most \(ExpressionTape.nodeLimit) operations"])
        }
        return tape.append(node)
    }

    private mutating func enter() throws(ExpressionError) {
        depth += 1
        guard depth <= Self.depthLimit else {
            throw ExpressionError(
                code: .tooLarge, position: position + 1, found: "deeper nesting",
                allowed: ["at most \(Self.depthLimit) levels"])
        }
    }

    private func unexpected(_ allowed: [String]) -> ExpressionError {
        ExpressionError(
            code: .unexpected, position: position + 1,
            found: next.map { printable(CollectionOfOne($0)) } ?? "the end of the text", allowed: allowed)
    }
}

extension ExpressionParser {
    /// The names of numbers.
    static let constants: [String: Double] = ["pi": .pi, "e": 2.718_281_828_459_045]
    /// The names of functions, sorted.
    static let functionNames =
        (UnaryFunction.allCases.filter { $0 != .negate }.map(\.rawValue)
        + BinaryFunction.allCases.filter(\.isCall).map(\.rawValue)).sorted()

    private static let operands = ["a number", "a name", "a function", "'('", "a sign"]

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z") || scalar == "_"
    }

    /// Variables are different names of letters, digits and underscores that mean nothing else.
    private static func checkNames(_ variables: [String]) throws(ExpressionError) {
        func fault(_ index: Int, _ name: String, _ allowed: String) -> ExpressionError {
            ExpressionError(
                code: .badVariable, position: index + 1, found: printable(name.unicodeScalars), allowed: [allowed])
        }
        guard !variables.isEmpty else { throw fault(0, "", "at least one variable") }
        guard variables.count <= 1000 else { throw fault(1000, variables[1000], "at most 1000 variables") }
        var seen: Set<String> = []
        for (index, name) in variables.enumerated() {
            guard let first = name.unicodeScalars.first, isLetter(first), name.unicodeScalars.count <= 64,
                name.unicodeScalars.allSatisfy({ isLetter($0) || isDigit($0) })
            else { throw fault(index, name, "a letter or '_', then letters, digits and '_', at most 64") }
            guard constants[name] == nil, !functionNames.contains(name) else {
                throw fault(index, name, "a name that is no constant and no function")
            }
            guard seen.insert(name).inserted else { throw fault(index, name, "a name only once") }
        }
    }
}
