// SPDX-License-Identifier: Apache-2.0
// What can be wrong with data: the file, the place in it, what was found and what is allowed.

/// Why data could not be read or made.
public struct DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of problem, for callers that react differently.
    public enum Code: Sendable, Equatable {
        /// No such file or data set in any of the places searched.
        case notFound
        /// The system refused to open or read the file.
        case unreadable
        /// The file ends too early.
        case truncated
        /// The contents contradict the format.
        case corrupted
        /// Larger than the limit, or than the file can hold.
        case tooLarge
        /// An option is outside its range.
        case invalidOption
    }

    /// The kind of problem.
    public var code: Code
    /// The file, or the name of the data set or option.
    public var subject: String
    /// Where in the file, such as `byte 4` or `record 17`; empty when the file as a whole is meant.
    public var place: String
    /// What was found.
    public var found: String
    /// What is allowed, or what to do.
    public var allowed: String

    /// Creates an error.
    public init(_ code: Code, _ subject: String, at place: String = "", found: String, allowed: String) {
        self.code = code
        self.subject = subject
        self.place = place
        self.found = found
        self.allowed = allowed
    }

    /// One sentence: subject, place, what was found, what is allowed.
    public var description: String {
        "\(subject)\(place.isEmpty ? "" : ", \(place)"): found \(found); allowed: \(allowed)"
    }
}
