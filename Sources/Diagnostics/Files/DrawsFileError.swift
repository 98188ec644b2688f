// SPDX-License-Identifier: Apache-2.0
// What is wrong with a file of draws: file, line, what was found, what is allowed.

/// Why a file of draws cannot be used.
///
/// `path` and `found` may hold text from outside: whoever prints them makes them printable first.
public struct DrawsFileError: Error, Sendable, Equatable {
    /// The file.
    public let path: String
    /// The line, from 1; `nil` when the file as a whole is meant.
    public let line: Int?
    /// What was found there, cut to a short piece.
    public let found: String
    /// What would have been right.
    public let allowed: String

    /// The one sentence for the user, with text from outside in it.
    public var sentence: String {
        "\(path)\(line.map { ":\($0)" } ?? ""): found \(found), allowed \(allowed)"
    }

    init(_ path: String, line: Int? = nil, found: String, allowed: String) {
        self.path = path
        self.line = line
        self.found = found
        self.allowed = allowed
    }
}
