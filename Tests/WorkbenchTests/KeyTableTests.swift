// SPDX-License-Identifier: Apache-2.0
// One table drives dispatch, footer, help and `:map`.

import Screen
import Testing

@testable import Workbench

@Suite struct KeyTableTests {
    let table = KeyTable.standard

    @Test func operationsHaveUniqueNamesAndSomethingToSay() {
        #expect(Set(table.bindings.map(\.name)).count == table.bindings.count)
        for binding in table.bindings {
            #expect(!binding.summary.isEmpty && !binding.keys.isEmpty, "\(binding.name)")
        }
    }

    @Test func noKeyIsClaimedTwiceInOneScope() {
        for scope in Set(table.bindings.map(\.scope)) {
            var seen: [KeyPress: String] = [:]
            for binding in table.bindings(in: scope) {
                for key in binding.keys {
                    #expect(seen[key] == nil, "\(key.text) is \(seen[key] ?? "") and \(binding.name)")
                    seen[key] = binding.name
                }
            }
        }
    }

    @Test func everyKeyThatWorksOnAScreenIsInItsHelp() {
        for screen in allScreens {
            var model = WorkbenchModel()
            model.screen = screen.name
            let hints = model.helpSections(.keys).flatMap(\.hints)
            for scope in [KeyBinding.Scope.screen(screen.name), .everywhere, .prompt, .help, .search, .question] {
                for key in table.bindings(in: scope).flatMap(\.keys) {
                    #expect(hints.contains { $0.key.split(separator: " ").contains(key.text[...]) }, "\(key.text)")
                }
            }
        }
    }

    @Test func helpShowsWhatAKeyDoesHereNotElsewhere() {
        var model = WorkbenchModel.running()
        press("1", on: &model)
        for screen in allScreens {
            model.screen = screen.name
            let sections = model.helpSections(.keys)
            let own = Set(sections[0].hints.flatMap { $0.key.split(separator: " ") })
            let common = sections.first { $0.title == "Everywhere" }
            for hint in common?.hints ?? [] where sections[0].title != "Everywhere" {
                #expect(own.isDisjoint(with: hint.key.split(separator: " ")), "\(hint.key) on \(screen.name)")
            }
        }
    }

    @Test func mapListsEveryOperation() {
        let listed = Set(WorkbenchModel().helpSections(.map).flatMap(\.hints).map(\.action))
        #expect(listed == Set(table.bindings.map(\.name)))
    }

    @Test func footerShowsOnlyKeysThatDoWhatItSays() {
        var model = WorkbenchModel.running()
        for screen in allScreens {
            model.screen = screen.name
            for hint in model.footerHints + model.hints(named: ["help", "quit"]) {
                let press = KeyPress(text: hint.key)!
                let binding = table.binding(for: press, in: [.screen(screen.name), .everywhere])
                #expect(binding?.label == hint.action, "\(hint.key) on \(screen.name)")
            }
        }
    }

    @Test func keyNamesReadBack() {
        for key in table.bindings.flatMap(\.keys) { #expect(KeyPress(text: key.text) == key, "\(key.text)") }
        #expect(KeyPress(text: "") == nil)
        #expect(KeyPress(text: "Hyper-x") == nil)
    }

    @Test func unknownInputIsReturned() {
        var model = WorkbenchModel.running()
        let before = view(model, height: 24, width: 80).text()
        let results = [model.handle(.key(KeyPress(.function(11)))), model.handle(.paste("rm -rf"))]
        #expect(results == [nil, nil])
        #expect(view(model, height: 24, width: 80).text() == before)
        #expect(update(&model, .input(.key(KeyPress(.function(11))))).isEmpty)
        #expect(model.notice?.text == "F11 means nothing here; ? lists the keys.")
    }

    @Test func rebindingMovesAKeyAndItsHelp() {
        var model = WorkbenchModel.running()
        command("map y curves.maximise", on: &model)
        press("1", "y", on: &model)
        #expect(model.curvesState.isMaximised)
        #expect(!model.curvesState.options(of: "train/loss").isLogarithmic)
        let hints = model.helpSections(.keys)[0].hints
        #expect(hints.contains { $0.key.hasPrefix("y ") && $0.action == "this chart alone, or all charts" })
    }

    @Test func everyKeyOnEveryScreenLeavesAModelThatCanBeDrawn() {
        for screen in allScreens {
            for binding in table.bindings {
                var model = WorkbenchModel.running(epochs: 22)
                model.screen = screen.name
                _ = binding.perform(&model)
                _ = view(model, height: 24, width: 80)
            }
        }
    }
}
