// SPDX-License-Identifier: Apache-2.0
// What is wrong with a session file, as the lines a user reads.
public import EngineKit

/// All problems of one session file.
public struct SessionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Name of the file as the user gave it.
    public var file: String
    /// The problems by line; empty when the file as a whole could not be read.
    public var problems: [SettingProblem]
    /// What is wrong with the file as a whole, or `nil`.
    public var message: String?

    /// Creates an error from the problems of a file.
    public init(file: String, problems: [SettingProblem]) {
        self.file = file
        self.problems = problems
    }

    /// Creates an error about the file as a whole.
    public init(file: String, message: String) {
        self.file = file
        self.problems = []
        self.message = message
    }

    /// One line per problem: `file:line: key: found …, allowed …`.
    ///
    /// Safe to print on a terminal: control characters of the file appear as `\u{…}`.
    public var description: String {
        let file = file.printable()
        if let message { return "\(file): \(message)" }
        return problems.map { problem in
            let place = problem.line > 0 ? "\(file):\(problem.line)" : "--set"
            // A line that is no TOML has no key yet.
            if problem.line > 0, problem.key.isEmpty {
                return "\(place): \(problem.found) (allowed: \(problem.allowed))"
            }
            let key = problem.key.isEmpty ? "" : "\(problem.key): "
            return "\(place): \(key)found \(problem.found), allowed \(problem.allowed)"
        }.joined(separator: "\n")
    }
}
