// SPDX-License-Identifier: Apache-2.0
// What is wrong with an expression: where, what was found, and what would have been right.

/// Why a text is no expression.
public struct ExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of faults.
    public enum Code: Sendable, Equatable {
        /// Something else should stand here.
        case unexpected
        /// A name is neither a variable, nor a constant, nor a function.
        case unknownName
        /// A function has too few or too many arguments.
        case wrongArgumentCount
        /// A number is too large, or has too many digits.
        case badNumber
        /// A name of a variable is not usable.
        case badVariable
        /// The text, its nesting or the number of its operations is beyond a limit.
        case tooLarge
    }

    /// The kind of fault.
    public let code: Code
    /// Where it is: characters (Unicode scalars) from the start of the text, the first is 1; for `badVariable` which
    /// variable.
    public let position: Int
    /// What stands there, printable and short.
    public let found: String
    /// What is allowed there.
    public let allowed: [String]

    /// One sentence with position, found and allowed.
    public var description: String {
        let place = code == .badVariable ? "variable \(position)" : "character \(position)"
        return "\(place): found \(found), allowed: \(allowed.joined(separator: ", "))"
    }
}

/// A piece of a user's text that is safe to print: at most 32 characters, others than ASCII as their numbers.
func printable(_ scalars: some Collection<Unicode.Scalar>) -> String {
    var text = "'"
    for scalar in scalars.prefix(32) {
        if scalar.value >= 0x20, scalar.value < 0x7F {
            text.unicodeScalars.append(scalar)
        } else {
            text += "U+" + String(scalar.value, radix: 16, uppercase: true)
        }
    }
    return text + (scalars.count > 32 ? "...'" : "'")
}
