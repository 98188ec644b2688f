// SPDX-License-Identifier: Apache-2.0
// A session file after parsing: a neutral tree whose every entry knows its line.

/// A value in a session file with the line it stands on.
public struct Setting: Sendable, Equatable {
    /// What was written.
    public var value: Value
    /// Line in the file, from 1; 0 when the value came from the command line.
    public var line: Int

    /// The kinds of value a session file holds.
    public indirect enum Value: Sendable, Equatable {
        /// Text in quotes.
        case string(String)
        /// A whole number.
        case integer(Int)
        /// A number with a point or an exponent.
        case real(Double)
        /// `true` or `false`.
        case boolean(Bool)
        /// A list.
        case array([Setting])
        /// A table, in brackets or inline.
        case table(SettingTable)
    }

    /// Creates a setting.
    public init(_ value: Value, line: Int) {
        self.value = value
        self.line = line
    }
}

/// Keys with their values, in file order.
public struct SettingTable: Sendable, Equatable {
    /// The entries.
    public var entries: [Entry]

    /// One key and its value.
    public struct Entry: Sendable, Equatable {
        /// The key as written, one part of a dotted key.
        public var key: String
        /// Its value.
        public var setting: Setting

        /// Creates an entry.
        public init(key: String, setting: Setting) {
            self.key = key
            self.setting = setting
        }
    }

    /// Creates a table.
    public init(entries: [Entry] = []) {
        self.entries = entries
    }

    /// The value of a key, if it is there.
    public subscript(key: String) -> Setting? {
        entries.first { $0.key == key }?.setting
    }
}

/// One thing wrong in a session file: where, what was found, what is allowed.
public struct SettingProblem: Error, Sendable, Equatable {
    /// Line from 1; 0 for a value of the command line.
    public var line: Int
    /// Full key, such as `train.optimizer.learningRate`.
    public var key: String
    /// What was found, such as `"adm"`, `-3`, `nothing`.
    public var found: String
    /// What is allowed, such as `one of adam, sgd, rmsprop`.
    public var allowed: String

    /// Creates a problem.
    public init(line: Int, key: String, found: String, allowed: String) {
        self.line = line
        self.key = key
        self.found = found
        self.allowed = allowed
    }
}
