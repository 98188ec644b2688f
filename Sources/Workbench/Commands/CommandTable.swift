// SPDX-License-Identifier: Apache-2.0
// The commands that concern runs; those that concern the workbench itself are in CommandTable+Workbench.swift.

import EngineKit
import Screen

/// All commands, in the order in which completion offers them.
let allCommands: [CommandDefinition] = runCommands + sparsityCommands + workbenchCommands

/// Formats that `:export` offers; the wiring decides what it can write and says so.
let exportFormats = ["csv", "json", "draws", "npz", "statistics"]

private let runCommands: [CommandDefinition] = [
    CommandDefinition("pause", "Lets the run wait after its current step.") { model, _ in
        model.control(.pause, saying: "Pauses after this step.")
    },
    CommandDefinition("resume", "Lets a paused run go on; continues one that ended early.") { model, _ in
        model.resume()
    },
    CommandDefinition("step", "Does one step of a paused run.") { model, _ in
        model.control(.stepOnce, saying: "One step.")
    },
    CommandDefinition("stop", "Stops the run after a checkpoint.") { model, _ in
        model.control(.stop, saying: "Stops after a checkpoint.")
    },
    CommandDefinition("checkpoint", "Writes a checkpoint now.") { model, _ in
        model.control(.checkpoint, saying: "Writes a checkpoint after this step.")
    },
    CommandDefinition(
        "set", "PARAMETER NUMBER", "Changes a number of the running engine, such as learningRate.", count: 2...2,
        candidates: { model, before in before.isEmpty ? model.run?.description.parameters ?? [] : [] }
    ) { model, words throws(CommandProblem) in
        let value = try number(words[1], "a number")
        let known = model.run?.description.parameters ?? []
        guard model.run == nil || known.contains(words[0]) else {
            throw CommandProblem("\(words[0]) cannot be set; \(list(known)) can.")
        }
        let command = RunCommand.engine(.setParameter(name: words[0], value: value))
        return model.control(command, saying: "Sets \(words[0]) to \(NumberText.significant(value)).")
    },
    CommandDefinition(
        "open", "RUN", "Opens a run of the catalog, or shows one that is open.", count: 1...1,
        candidates: { model, before in before.isEmpty ? model.catalog.map(\.name) : [] }
    ) { model, words throws(CommandProblem) in
        guard model.catalog.contains(where: { $0.name == words[0] }) || model.index(ofRun: words[0]) != nil else {
            throw CommandProblem("There is no run \(words[0]).")
        }
        return model.open(run: words[0])
    },
    CommandDefinition(
        "start", "SESSION [KEY=VALUE …]", "Starts a session file, with settings changed.", count: 1...32,
        candidates: { model, before in before.isEmpty ? model.sessions.map(\.name) : [] }
    ) { model, words throws(CommandProblem) in
        guard let session = model.sessions.first(where: { $0.name == words[0] || $0.path == words[0] }) else {
            throw CommandProblem("There is no session \(words[0]); \(list(model.sessions.map(\.name))) are there.")
        }
        let overrides = Array(words.dropFirst())
        if let odd = overrides.first(where: { !$0.contains("=") }) {
            throw CommandProblem("\(odd) is no setting; write key=value.")
        }
        return model.start(session, overrides: overrides)
    },
    CommandDefinition(
        "export", "FORMAT PATH", "Writes the run's data to a file.", count: 2...2,
        candidates: { _, before in before.isEmpty ? exportFormats : [] }
    ) { model, words throws(CommandProblem) in
        guard let run = model.run else { throw CommandProblem("No run is open.") }
        guard exportFormats.contains(words[0]) else {
            throw CommandProblem("\(words[0]) is no format; \(list(exportFormats)) are.")
        }
        return [.export(runName: run.name, format: words[0], path: words[1])]
    },
    CommandDefinition(
        "mark", "RUN", "Draws a run together with the current one, or no longer.", count: 1...1,
        candidates: { model, before in before.isEmpty ? model.catalog.map(\.name) : [] }
    ) { model, words throws(CommandProblem) in
        guard model.catalog.contains(where: { $0.name == words[0] }) || model.index(ofRun: words[0]) != nil else {
            throw CommandProblem("There is no run \(words[0]).")
        }
        return model.toggleMark(words[0])
    },
]

/// A number with a sentence for what is none.
func number(_ text: String, _ expected: String) throws(CommandProblem) -> Double {
    guard let value = Double(text), value.isFinite else { throw CommandProblem("\(text) is not \(expected).") }
    return value
}

/// Words for a sentence: `a, b and c`.
func list(_ words: [String], _ conjunction: String = "and") -> String {
    guard let last = words.last else { return "nothing" }
    return words.count == 1 ? last : words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
