// SPDX-License-Identifier: Apache-2.0
// What a `:` command is, how a line is taken apart, run and completed.

import EngineKit
import Screen

/// A command of the command line.
struct CommandDefinition: Sendable {
    /// The word to type.
    let name: String
    /// How the rest is written, such as `FORMAT PATH`.
    let arguments: String
    /// One sentence.
    let summary: String
    /// How many arguments it takes.
    let argumentCount: ClosedRange<Int>
    /// What the argument that is typed may be, given the arguments before it; all of them, the caller narrows.
    let candidates: @Sendable (_ model: WorkbenchModel, _ before: [String]) -> [String]
    /// What happens; throws a sentence for the user.
    let perform: @Sendable (inout WorkbenchModel, [String]) throws(CommandProblem) -> [Effect]

    init(
        _ name: String, _ arguments: String, _ summary: String, count: ClosedRange<Int> = 0...0,
        candidates: @escaping @Sendable (WorkbenchModel, [String]) -> [String] = { _, _ in [] },
        perform: @escaping @Sendable (inout WorkbenchModel, [String]) throws(CommandProblem) -> [Effect]
    ) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        argumentCount = count
        self.candidates = candidates
        self.perform = perform
    }

    /// A command without arguments.
    init(
        _ name: String, _ summary: String,
        perform: @escaping @Sendable (inout WorkbenchModel, [String]) throws(CommandProblem) -> [Effect]
    ) {
        self.init(name, "", summary, perform: perform)
    }

    /// How it is typed, such as `:export FORMAT PATH`.
    var usage: String { ":" + name + (arguments.isEmpty ? "" : " " + arguments) }
}

/// Why a command was not run; a sentence.
struct CommandProblem: Error, Equatable {
    var text: String
    init(_ text: String) { self.text = text }
}

/// Splits a line at spaces; `"` groups words and may be doubled inside to stand for itself.
func commandWords(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isOpen = false
    var isQuoted = false
    var previousQuote = false
    for character in line {
        if character == "\"" {
            if !isQuoted && previousQuote { word.append(character) }
            previousQuote = isQuoted
            isQuoted.toggle()
            isOpen = true
            continue
        }
        previousQuote = false
        if character == " " && !isQuoted {
            if isOpen { words.append(word) }
            word = ""
            isOpen = false
        } else {
            word.append(character)
            isOpen = true
        }
    }
    if isOpen { words.append(word) }
    return words
}

/// A word as `commandWords` reads it back.
func quotedWord(_ word: String) -> String {
    guard word.isEmpty || word.contains(where: { $0 == " " || $0 == "\"" }) else { return word }
    return "\"" + word.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
}

extension WorkbenchModel {
    /// The command that a word means: its name, or the only one that begins with it.
    static func command(_ word: String) -> CommandDefinition? {
        if let exact = allCommands.first(where: { $0.name == word }) { return exact }
        let matching = allCommands.filter { $0.name.hasPrefix(word) }
        return matching.count == 1 ? matching[0] : nil
    }

    /// Runs a typed line.
    mutating func run(commandLine: String) -> [Effect] {
        let words = commandWords(commandLine)
        guard let word = words.first else { return [] }
        guard let command = Self.command(word) else {
            let similar = allCommands.filter { $0.name.hasPrefix(word.prefix(1)) }.map(\.name)
            let hint = similar.isEmpty ? "Tab lists all." : "Did you mean \(list(similar, "or"))?"
            say("There is no command \(word). \(hint)", level: .warning)
            return []
        }
        let arguments = Array(words.dropFirst())
        guard command.argumentCount.contains(arguments.count) else {
            say("Usage: \(command.usage)", level: .warning)
            return []
        }
        do {
            return try command.perform(&self, arguments)
        } catch {
            say(error.text, level: .warning)
            return []
        }
    }

    /// Whole lines that complete the last word of a line, in table order.
    func completions(of line: String) -> [String] {
        var words = commandWords(line)
        // A space at the end begins a new word.
        if line.hasSuffix(" ") || words.isEmpty { words.append("") }
        let last = words.removeLast()
        if words.isEmpty {
            return allCommands.map(\.name).filter { $0.hasPrefix(last) }.map { name in
                Self.command(name)?.argumentCount.upperBound == 0 ? name : name + " "
            }
        }
        guard let command = Self.command(words[0]), words.count <= command.argumentCount.upperBound else { return [] }
        let before = words.map(quotedWord).joined(separator: " ")
        return command.candidates(self, Array(words.dropFirst()))
            .filter { $0.lowercased().hasPrefix(last.lowercased()) }
            .map { before + " " + quotedWord($0) }
    }

    /// The command that is being typed, for its usage line.
    var typedCommand: CommandDefinition? {
        guard let prompt, prompt.purpose == .command, let word = commandWords(prompt.field.text).first else {
            return nil
        }
        return Self.command(word)
    }
}
