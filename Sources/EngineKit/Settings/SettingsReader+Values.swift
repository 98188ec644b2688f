// SPDX-License-Identifier: Apache-2.0
// The typed reads of a settings reader: text, numbers, truth values and lists of them.

extension SettingsReader {
    /// Text.
    ///
    /// - Parameter allowed: the only acceptable texts, or `nil` for any.
    public func string(_ key: String, default: String? = nil, allowed: [String]? = nil) -> String {
        let description = allowed.map { "one of \($0.joined(separator: ", "))" } ?? "text in quotes"
        guard let setting = setting(key) else {
            return missing(key, `default`, fallback: allowed?.first ?? "", description)
        }
        guard case .string(let text) = setting.value, allowed?.contains(text) ?? true else {
            var description = description
            if case .string(let text) = setting.value, let nearest = nearestName(to: text, among: allowed ?? []) {
                description = "\(nearest) (did you mean this?), or \(description)"
            }
            add(key, line: setting.line, found: setting.value.summary, allowed: description)
            return `default` ?? allowed?.first ?? ""
        }
        return text
    }

    /// A whole number.
    public func integer(_ key: String, default: Int? = nil, in range: some RangeExpression<Int>) -> Int {
        let description = "a whole number" + describe(range)
        let fallback = `default` ?? anyElement(of: range, near: 1)
        guard let setting = setting(key) else { return missing(key, `default`, fallback: fallback, description) }
        guard case .integer(let value) = setting.value, range.contains(value) else {
            add(key, line: setting.line, found: setting.value.summary, allowed: description)
            return fallback
        }
        return value
    }

    /// Any whole number.
    public func integer(_ key: String, default: Int? = nil) -> Int {
        integer(key, default: `default`, in: Int.min...)
    }

    /// A number, written with or without a point.
    ///
    /// NaN is in no range.
    public func real(_ key: String, default: Double? = nil, in range: some RangeExpression<Double>) -> Double {
        let description = "a number" + describe(range)
        let fallback = `default` ?? anyElement(of: range, near: 1)
        guard let setting = setting(key) else { return missing(key, `default`, fallback: fallback, description) }
        guard let value = setting.value.number, range.contains(value) else {
            add(key, line: setting.line, found: setting.value.summary, allowed: description)
            return fallback
        }
        return value
    }

    /// Any finite number.
    public func real(_ key: String, default: Double? = nil) -> Double {
        real(key, default: `default`, in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    }

    /// `true` or `false`.
    public func boolean(_ key: String, default: Bool? = nil) -> Bool {
        let description = "true or false"
        guard let setting = setting(key) else { return missing(key, `default`, fallback: false, description) }
        guard case .boolean(let value) = setting.value else {
            add(key, line: setting.line, found: setting.value.summary, allowed: description)
            return `default` ?? false
        }
        return value
    }

    /// A list of texts.
    ///
    /// - Parameter allowed: the only acceptable texts, or `nil` for any.
    public func strings(_ key: String, default: [String]? = nil, allowed: [String]? = nil) -> [String] {
        let description = "a list of " + (allowed.map { "texts, each one of \($0.joined(separator: ", "))" } ?? "texts")
        return list(key, `default`, description) { value in
            guard case .string(let text) = value, allowed?.contains(text) ?? true else { return nil }
            return text
        }
    }

    /// A list of whole numbers.
    public func integers(
        _ key: String, default: [Int]? = nil, in range: some RangeExpression<Int>, count: ClosedRange<Int>? = nil
    ) -> [Int] {
        list(key, `default`, "a list of whole numbers" + describe(range), count: count) { value in
            guard case .integer(let number) = value, range.contains(number) else { return nil }
            return number
        }
    }

    /// A list of numbers.
    ///
    /// - Parameter count: how many are acceptable, or `nil` for any number of them.
    public func reals(
        _ key: String, default: [Double]? = nil, in range: some RangeExpression<Double>,
        count: ClosedRange<Int>? = nil
    ) -> [Double] {
        list(key, `default`, "a list of numbers" + describe(range), count: count) { value in
            value.number.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One number, or a list of them; one number alone is a list of one.
    ///
    /// - Parameter count: how many are acceptable.
    public func numbers(
        _ key: String, default: [Double]? = nil, in range: some RangeExpression<Double>, count: ClosedRange<Int>
    ) -> [Double] {
        if let value = setting(key)?.value, value.number != nil { return [real(key, in: range)] }
        return list(key, `default`, "a number or a list of numbers" + describe(range), count: count) { value in
            value.number.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    private func list<Element>(
        _ key: String, _ standard: [Element]?, _ description: String, count: ClosedRange<Int>? = nil,
        read: (Setting.Value) -> Element?
    ) -> [Element] {
        var description = description
        if let count {
            description +=
                count.lowerBound == count.upperBound
                ? ", exactly \(count.lowerBound)" : ", \(count.lowerBound) to \(count.upperBound) of them"
        }
        let elements = elements(key, allowed: description) { setting, _ in read(setting.value) }
        guard let elements else { return missing(key, standard, fallback: [], description) }
        if let count, let setting = setting(key), case .array(let all) = setting.value, !count.contains(all.count) {
            add(key, line: setting.line, found: "\(all.count) of them", allowed: description)
        }
        return elements
    }

    private func missing<Value>(_ key: String, _ standard: Value?, fallback: Value, _ allowed: String) -> Value {
        if let standard { return standard }
        add(key, line: nil, found: "nothing", allowed: allowed)
        return fallback
    }
}

extension Setting.Value {
    /// The number, written with or without a point, if this is one.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    /// What was written, short and safe for a terminal.
    public var summary: String {
        switch self {
        case .string(let text): "\"\(text.printable(limit: 60))\""
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .boolean(let value): String(value)
        case .array(let values): values.isEmpty ? "an empty list" : "a list of \(values.count)"
        case .table: "a table"
        }
    }
}
