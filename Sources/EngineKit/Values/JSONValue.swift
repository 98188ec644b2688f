// SPDX-License-Identifier: Apache-2.0
// A JSON document as a value that keeps the order of its keys. Not an encoder of arbitrary types.

/// A JSON value.
///
/// Whole numbers and numbers with a fraction are told apart, so that a step count never comes back as `1e+06`.
public indirect enum JSONValue: Sendable, Equatable {
    /// `null`: a value that is not known.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// A number; what is not finite is written by the rule of `JSONValue.text`.
    case real(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Keys with values.
    case object(JSONObject)

    /// A number that may be missing; `nil` becomes `null`.
    public init(_ value: Double?) {
        self = value.map { .real($0) } ?? .null
    }

    /// The number, whole or not, if this is one; also the three texts that stand for numbers that are not finite.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .string("NaN"): .nan
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        default: nil
        }
    }

    /// The whole number, if this is one.
    public var wholeNumber: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The text, if this is text.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The truth value, if this is one.
    public var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The list, if this is one.
    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object, if this is one.
    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .real(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// A list.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object with its keys in the written order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}

/// Keys with values, in the order in which they were first set.
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// The keys in order.
    public private(set) var keys: [String] = []
    private var values: [String: JSONValue] = [:]

    /// Creates an object without keys.
    public init() {}

    /// Creates an object; a key written twice keeps its first place and its last value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    /// The value of a key; setting `nil` removes the key, setting `.null` writes a `null`.
    public subscript(key: String) -> JSONValue? {
        get { values[key] }
        set {
            if let newValue {
                if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if values.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
    }

    /// Takes over every key of another object, after the own ones; same keys are replaced in place.
    public mutating func merge(_ other: JSONObject) {
        for key in other.keys { self[key] = other[key] }
    }
}
