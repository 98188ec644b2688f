// SPDX-License-Identifier: Apache-2.0
// The commands that concern the sparsity screen and the workbench itself.

import EngineKit
import Screen

/// Commands of the sparsity screen.
let sparsityCommands: [CommandDefinition] = [
    CommandDefinition(
        "threshold", "SNR [LAYER]", "Removes units whose signal-to-noise ratio is at most SNR.", count: 1...2,
        candidates: { model, before in
            before.count == 1 ? model.run?.sparsity.snapshot?.layers.map(\.name) ?? [] : ["0.5", "1", "2"]
        }
    ) { model, words throws(CommandProblem) in
        let value = try number(words[0], "a signal-to-noise ratio, such as 1")
        guard value > 0 else { throw CommandProblem("A threshold is above 0.") }
        guard let snapshot = model.run?.sparsity.snapshot else {
            throw CommandProblem("This run has no prunable layers.")
        }
        if words.count == 2 {
            guard let layer = snapshot.layers.firstIndex(where: { $0.name == words[1] }) else {
                throw CommandProblem("There is no layer \(words[1]); \(list(snapshot.layers.map(\.name))) are there.")
            }
            model.sparsityState.own[layer] = value
        } else {
            model.sparsityState.global = value
            model.sparsityState.followsEvidence = false
            model.sparsityState.own = [:]
        }
        return []
    },
    CommandDefinition("rule", "Cuts the selected row by the evidence instead of the threshold, or back.") { model, _ in
        model.toggleRule()
        return []
    },
    CommandDefinition("eval", "Evaluates the network with the chosen units on the whole test set.") { model, _ in
        SparsityScreen.evaluate(&model)
    },
    CommandDefinition(
        "compact", "PATH [SNR]", "Writes the smaller network to a file, cut at SNR or as the Sparsity screen says.",
        count: 1...2
    ) { model, words throws(CommandProblem) in
        guard let run = model.run else { throw CommandProblem("No run is open.") }
        let layers = run.sparsity.snapshot?.layers.count ?? 0
        var thresholds = model.sparsityState.thresholds(layers: layers)
        if words.count == 2 {
            let threshold = try number(words[1], "a signal-to-noise ratio, such as 1")
            guard threshold >= 0 else { throw CommandProblem("A threshold is at least 0.") }
            thresholds = [threshold]
        }
        model.say("Writes the network to \(words[0]) …")
        return [.compact(runName: run.name, path: words[0], thresholds: thresholds)]
    },
    CommandDefinition("preset", "Cuts all layers as the run itself does.") { model, _ in
        model.sparsityState.row = 0
        model.sparsityState.own = [:]
        model.usePreset()
        return []
    },
]

/// Commands of the workbench itself.
let workbenchCommands: [CommandDefinition] = [
    CommandDefinition(
        "screen", "NAME", "Shows a screen.", count: 1...1,
        candidates: { _, before in before.isEmpty ? allScreens.map { $0.name } : [] }
    ) { model, words throws(CommandProblem) in
        guard screenType(named: words[0]) != nil else {
            throw CommandProblem("There is no screen \(words[0]); \(list(allScreens.map { $0.name })) are there.")
        }
        model.show(screen: words[0])
        return []
    },
    CommandDefinition(
        "smoothing", "WEIGHT", "Weight of the past in smoothed curves, from 0 to below 1.", count: 1...1,
        candidates: { _, before in before.isEmpty ? CurvesState.weights.map { NumberText.significant($0) } : [] }
    ) { model, words throws(CommandProblem) in
        let weight = try number(words[0], "a weight, such as 0.9")
        guard weight >= 0, weight < 1 else { throw CommandProblem("A smoothing weight is at least 0 and below 1.") }
        model.smoothAll(weight: weight)
        return []
    },
    CommandDefinition("goto", "STEP", "Puts the crosshair on a step.", count: 1...1) {
        model, words throws(CommandProblem) in
        let step = try number(words[0], "a step")
        model.show(screen: CurvesScreen.name)
        model.placeCrosshair(at: step)
        return []
    },
    CommandDefinition(
        "filter", "[TEXT]", "Filters the list of runs, or the log: engine:sbp acc>0.99 -tag.", count: 0...16,
        candidates: { _, _ in ["engine:", "state:", "name:"] }
    ) { model, words in
        if model.filter == nil { model.show(screen: RunsScreen.name) }
        model.filter = words.joined(separator: " ")
        return []
    },
    CommandDefinition(
        "theme", "NAME", "Colours.", count: 1...1,
        candidates: { _, before in before.isEmpty ? Palette.allCases.map(\.rawValue) : [] }
    ) { model, words throws(CommandProblem) in
        guard let palette = Palette(rawValue: words[0]) else {
            throw CommandProblem("There is no theme \(words[0]); \(list(Palette.allCases.map(\.rawValue))) are there.")
        }
        return model.setTheme(palette)
    },
    CommandDefinition(
        "glyphs", "NAME", "Glyphs of charts: braille, block, half or ascii.", count: 1...1,
        candidates: { _, before in before.isEmpty ? GlyphTier.allCases.map { "\($0)" } : [] }
    ) { model, words throws(CommandProblem) in
        guard let tier = GlyphTier.allCases.first(where: { "\($0)" == words[0] }) else {
            throw CommandProblem(
                "There are no glyphs \(words[0]); \(list(GlyphTier.allCases.map { "\($0)" })) are there.")
        }
        return model.setGlyphs(tier)
    },
    CommandDefinition(
        "mouse", "on|off", "Whether the mouse works here or belongs to the terminal.", count: 1...1,
        candidates: { _, before in before.isEmpty ? ["on", "off"] : [] }
    ) { model, words throws(CommandProblem) in
        guard words[0] == "on" || words[0] == "off" else { throw CommandProblem("The mouse is on or off.") }
        model.takesMouse = words[0] == "on"
        return [.setMouse(model.takesMouse)]
    },
    CommandDefinition("freeze", "Freezes the view, or lets it follow again.") { model, _ in
        model.toggleFreeze()
        return []
    },
    CommandDefinition("copy", "Copies the screen as text to the terminal's clipboard.") { model, _ in
        [.writeClipboard(view(model, height: model.size.height, width: model.size.width).text())]
    },
    CommandDefinition("refresh", "Reads sessions and runs again.") { _, _ in [.refreshCatalog] },
    CommandDefinition(
        "map", "[KEY OPERATION]", "Lists all keys with their operations, or gives a key to one.", count: 0...2,
        candidates: { model, before in before.count == 1 ? model.keys.bindings.map(\.name) : [] }
    ) { model, words throws(CommandProblem) in
        try model.map(words)
        return []
    },
    CommandDefinition("help", "Help for this screen.") { model, _ in
        model.overlay = .help(HelpState())
        return []
    },
    CommandDefinition("quit", "Leaves; asks if that would stop a run.") { model, _ in model.requestQuit() },
]

extension WorkbenchModel {
    /// Lists the keys, or gives a key to an operation.
    fileprivate mutating func map(_ words: [String]) throws(CommandProblem) {
        guard let text = words.first else {
            overlay = .help(HelpState(content: .map))
            return
        }
        guard let press = KeyPress(text: text) else {
            throw CommandProblem("\(text) is no key; write keys as the help does, such as Ctrl-d.")
        }
        guard words.count == 2 else {
            let names = keys.bindings.filter { $0.keys.contains(press) }.map(\.name)
            say("\(press.text): \(list(names))")
            return
        }
        guard keys.bind(press, to: words[1]) else { throw CommandProblem("There is no operation \(words[1]).") }
        say("\(press.text) is \(words[1]) now.")
    }
}
