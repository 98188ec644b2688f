// SPDX-License-Identifier: Apache-2.0
// What a diagnostic answers: a number, or the reason why there is none. There is no third case.

/// The answer of a diagnostic: a finite number, or why there is none.
///
/// A constant chain looks the same whether the quantity is constant or the chain is stuck, and a NaN draw makes every
/// average meaningless: no number is an honest answer then, and none is given.
public enum Diagnosis: Sendable, Equatable {
    /// The number, always finite.
    case value(Double)
    /// There is no number, for this reason.
    case undefined(UndefinedReason)

    /// The number, or `outOfRange` where it is not finite, because a sum of large numbers overflowed.
    init(finite number: Double) {
        self = number.isFinite ? .value(number) : .undefined(.outOfRange)
    }

    /// The number, or `nil`.
    public var value: Double? {
        if case .value(let number) = self { number } else { nil }
    }

    /// The reason why there is no number, or `nil`.
    public var reason: UndefinedReason? {
        if case .undefined(let reason) = self { reason } else { nil }
    }

    /// A function of the number; a reason stays.
    public func map(_ transform: (Double) -> Double) -> Diagnosis {
        switch self {
        case .value(let number): Diagnosis(finite: transform(number))
        case .undefined: self
        }
    }

    /// A function of two numbers; the first reason stays.
    static func combine(
        _ first: Diagnosis, _ second: @autoclosure () -> Diagnosis, _ transform: (Double, Double) -> Double
    ) -> Diagnosis {
        guard case .value(let one) = first else { return first }
        return second().map { transform(one, $0) }
    }
}

/// Why a diagnostic has no number.
public enum UndefinedReason: Sendable, Equatable, CustomStringConvertible {
    /// There is nothing to look at.
    case empty
    /// Each chain, or the data, needs at least so many values.
    case tooFew(needed: Int)
    /// A value is NaN or infinite.
    case notFinite
    /// All values are equal: a constant quantity, or chains that are stuck at one place.
    case constant
    /// Every chain stays at its own place: there is no variance within a chain to compare with.
    case constantChains
    /// All values are equally far from their median, as those of a fair coin.
    case constantDeviations
    /// No value lies beyond the quantile, as when more than that share of the values are equal.
    case oneSided
    /// An object has probability 0 for what it is.
    case zeroProbability
    /// The numbers are so large that a sum of them is infinite.
    case outOfRange

    /// The reason in words, to follow "undefined:".
    public var description: String {
        switch self {
        case .empty: "there are no values"
        case .tooFew(let needed): "fewer than \(needed) values"
        case .notFinite: "a value is NaN or infinite"
        case .constant: "all values are equal"
        case .constantChains: "every chain is constant"
        case .constantDeviations: "all values are equally far from the median"
        case .oneSided: "no value lies beyond the quantile"
        case .zeroProbability: "an object has probability 0 for its own class"
        case .outOfRange: "the values are too large"
        }
    }
}
