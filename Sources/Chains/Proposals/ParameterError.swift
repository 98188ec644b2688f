// SPDX-License-Identifier: Apache-2.0
// Why numbers from outside are no parameters of a distribution.

/// Why a distribution cannot be made of the given numbers.
public enum ParameterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A list has not as many numbers as the others need.
    case wrongCount(of: String, expected: Int, found: Int)
    /// A number is NaN or infinite.
    case notFinite(String)
    /// A number that must be positive is not.
    case notPositive(String)
    /// A matrix is not positive definite.
    case notPositiveDefinite(String)
    /// There are too few draws or objects.
    case tooFew(String, needed: Int)

    /// What is wrong, on what.
    public var description: String {
        switch self {
        case .wrongCount(let what, let expected, let found): "\(what): expected \(expected) numbers, found \(found)"
        case .notFinite(let what): "\(what): a number is NaN or infinite"
        case .notPositive(let what): "\(what): a number is not positive"
        case .notPositiveDefinite(let what): "\(what): the matrix is not positive definite"
        case .tooFew(let what, let needed): "\(what): fewer than \(needed)"
        }
    }

    /// Throws unless the list has the expected count and finite numbers.
    static func check(_ numbers: [Double], count: Int, _ what: String) throws(ParameterError) {
        guard numbers.count == count else { throw .wrongCount(of: what, expected: count, found: numbers.count) }
        guard numbers.allSatisfy(\.isFinite) else { throw .notFinite(what) }
    }
}
