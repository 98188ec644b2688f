// SPDX-License-Identifier: Apache-2.0
// The command line: what completes, what runs, what is refused with which sentence.

import EngineKit
import Screen
import Testing

@testable import Workbench

@Suite struct CommandTests {
    @Test func everyCommandCompletesFromItsBeginning() {
        let model = WorkbenchModel.running()
        for command in allCommands {
            for length in 1...command.name.count {
                let lines = model.completions(of: String(command.name.prefix(length)))
                #expect(lines.contains { $0.trimmedSpaces == command.name }, "\(command.name.prefix(length))")
            }
        }
        #expect(model.completions(of: "").count == allCommands.count)
        #expect(Set(allCommands.map(\.name)).count == allCommands.count)
    }

    @Test func everyArgumentWithKnownValuesCompletes() {
        let model = WorkbenchModel.running()
        for (line, expected) in [
            ("open d", ["open dense-lenet5-mnist", "open demo"]), ("theme l", ["theme light"]),
            ("set ", ["set learningRate"]), ("export j", ["export json"]),
            ("threshold 1 c", ["threshold 1 conv1", "threshold 1 conv2"]), ("start demo", ["start demo"]),
            ("screen s", ["screen sparsity", "screen sessions"]), ("glyphs b", ["glyphs block", "glyphs braille"]),
            ("map y curves.l", ["map y curves.logarithmic", "map y curves.logarithmic-all"]), ("pause ", []),
        ] {
            #expect(model.completions(of: line) == expected, "\(line)")
        }
    }

    @Test func wordsInQuotesStayTogetherAndReadBack() {
        #expect(commandWords("export csv \"my file.csv\"") == ["export", "csv", "my file.csv"])
        #expect(commandWords("  a   b ") == ["a", "b"])
        #expect(commandWords("") == [])
        for word in ["plain", "two words", "say \"hi\"", "", "\""] { #expect(commandWords(quotedWord(word)) == [word]) }
    }

    @Test(arguments: [
        ("pause", [Effect.control(runName: FakeRun.name, .pause)]),
        ("checkpoint", [.control(runName: FakeRun.name, .checkpoint)]),
        ("stop", [.control(runName: FakeRun.name, .stop)]),
        ("step", [.control(runName: FakeRun.name, .stepOnce)]),
        (
            "set learningRate 1e-3",
            [.control(runName: FakeRun.name, .engine(.setParameter(name: "learningRate", value: 1e-3)))]
        ),
        ("export csv /data/out.csv", [.export(runName: FakeRun.name, format: "csv", path: "/data/out.csv")]),
        (
            "compact small.safetensors",
            [.compact(runName: FakeRun.name, path: "small.safetensors", thresholds: [1, 1, 1, 1])]
        ),
        ("compact a.safetensors 0.5", [.compact(runName: FakeRun.name, path: "a.safetensors", thresholds: [0.5])]),
        ("compact a.safetensors -1", []), ("compact a.safetensors many", []),
        ("open demo", [.openRun(name: "demo")]),
        ("start demo train.epochs=3", [.startRun(sessionPath: "sessions/demo.toml", overrides: ["train.epochs=3"])]),
        ("mark dense-lenet5-mnist", [.openRun(name: "dense-lenet5-mnist")]),
        ("theme light", [.setTheme(.light)]), ("glyphs ascii", [.setGlyphs(.ascii)]), ("mouse off", [.setMouse(false)]),
        ("refresh", [.refreshCatalog]), ("screen log", []), ("freeze", []), ("help", []), ("map", []),
        ("filter mnist", []),
    ])
    func commandHasExactlyTheseEffects(_ line: String, _ effects: [Effect]) {
        var model = WorkbenchModel.running()
        #expect(command(line, on: &model) == effects)
    }

    @Test(arguments: [
        ("frobnicate", "There is no command frobnicate. Did you mean filter or freeze?"),
        ("export csv", "Usage: :export FORMAT PATH"),
        ("export doc x", "doc is no format; csv, json, draws, npz and statistics are."),
        ("set temperature 1", "temperature cannot be set; learningRate can."),
        ("set learningRate fast", "fast is not a number."),
        ("threshold -1", "A threshold is above 0."),
        ("threshold 1 conv9", "There is no layer conv9; conv1, conv2, flat and dense1 are there."),
        ("smoothing 1", "A smoothing weight is at least 0 and below 1."), ("open nothing", "There is no run nothing."),
        ("start demo oops", "oops is no setting; write key=value."),
        ("theme pink", "There is no theme pink; dark, light, safeDark and safeLight are there."),
    ])
    func mistakeIsAnsweredByASentence(_ line: String, _ sentence: String) {
        var model = WorkbenchModel.running()
        #expect(command(line, on: &model).isEmpty)
        #expect(model.notice?.text == sentence)
        #expect(model.notice?.level == .warning)
    }

    @Test func thresholdIsSetForAllLayersOrForOne() {
        var model = WorkbenchModel.running()
        command("threshold 0.5", on: &model)
        #expect(model.sparsityState.thresholds(layers: 4) == [0.5, 0.5, 0.5, 0.5])
        command("threshold 2 conv2", on: &model)
        #expect(model.sparsityState.thresholds(layers: 4) == [0.5, 2, 0.5, 0.5])
        command("preset", on: &model)
        #expect(model.sparsityState.thresholds(layers: 4) == [1, 1, 1, 1])
    }

    @Test func compactTakesTheThresholdsThatWereMoved() {
        var model = WorkbenchModel.running()
        command("threshold 2 conv2", on: &model)
        #expect(
            command("compact x", on: &model)
                == [.compact(runName: FakeRun.name, path: "x", thresholds: [1, 2, 1, 1])])
        #expect(model.notice?.text == "Writes the network to x …")
    }

    @Test func tabWalksThroughCandidatesAndHistoryThroughLines() {
        var model = WorkbenchModel.running()
        press(":", on: &model)
        type("st", on: &model)
        let walk = (0..<4).map { _ in
            press("Tab", on: &model)
            return model.prompt?.field.text
        }
        #expect(walk == ["step", "stop", "start ", "step"])
        press("Esc", on: &model)
        command("pause", on: &model)
        command("theme dark", on: &model)
        press(":", "↑", "↑", on: &model)
        #expect(model.prompt?.field.text == "pause")
        press("↓", "↓", on: &model)
        #expect(model.prompt?.field.text == "")
        type("th", on: &model)
        press("↑", on: &model)
        #expect(model.prompt?.field.text == "theme dark")
    }

    @Test func pastedTextIsTypedAndNeverRuns() {
        var model = WorkbenchModel.running()
        press(":", on: &model)
        #expect(update(&model, .input(.paste("quit\nstop\n"))).isEmpty)
        #expect(model.prompt?.field.text == "quit stop ")
    }

    @Test func enterClosesThePromptAndDoesNotReachTheScreen() {
        var model = WorkbenchModel.running()
        press("6", ":", "Enter", on: &model)
        #expect(model.overlay == nil)
        #expect(model.screen == "runs")
    }
}
