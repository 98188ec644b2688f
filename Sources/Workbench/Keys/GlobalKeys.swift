// SPDX-License-Identifier: Apache-2.0
// The keys that mean the same on all screens.

import EngineKit
import Screen

/// Keys that hold everywhere.
let globalKeyBindings: [KeyBinding] = [
    KeyBinding("help", .everywhere, ["?", .named(.function(1))], label: "help", "help for this screen") { model in
        model.overlay = .help(HelpState())
        return []
    },
    KeyBinding("command", .everywhere, [":"], label: "command", "type a command") { model in
        model.overlay = .prompt(PromptState(purpose: .command))
        return []
    },
    KeyBinding("filter", .everywhere, ["/"], "filter the list on show") { model in
        model.beginFilter()
        return []
    },
    KeyBinding("pause", .everywhere, ["P"], label: "pause", "pause the run, or let it go on") { model in
        model.pauseOrResume()
    },
    KeyBinding("step", .everywhere, ["."], "do one step of a paused run") { model in
        model.control(.stepOnce, saying: "One step.")
    },
    KeyBinding("stop", .everywhere, ["X"], "stop the run after a checkpoint") { model in
        model.askToStop()
        return []
    },
    KeyBinding("freeze", .everywhere, [" "], label: "freeze", "freeze the view; data is collected on") { model in
        model.toggleFreeze()
        return []
    },
    KeyBinding("back", .everywhere, [.named(.escape)], "back out") { model in
        model.goBack()
        return []
    },
    KeyBinding("quit", .everywhere, ["q"], label: "quit", "back; from the first screen leave") { model in
        model.backOrQuit()
    },
    KeyBinding("quit-now", .everywhere, ["Q"], "leave from anywhere") { model in model.requestQuit() },
    KeyBinding("interrupt", .everywhere, [.control("c")], "leave from anywhere") { model in model.interrupted() },
    KeyBinding("mouse", .everywhere, ["m"], "mouse on or off; off lets the terminal select text") { model in
        model.takesMouse.toggle()
        model.say(model.takesMouse ? "The mouse moves and selects here." : "The mouse belongs to the terminal.")
        return [.setMouse(model.takesMouse)]
    },
    KeyBinding("glyphs", .everywhere, ["M"], "glyphs: braille, block, half, ASCII") { model in
        model.setGlyphs(model.capabilities.glyphs.next)
    },
    KeyBinding("theme", .everywhere, ["t"], "next colour theme") { model in model.setTheme(model.palette.next) },
    KeyBinding("refresh", .everywhere, [.named(.function(5))], "read sessions and runs again") { _ in
        [.refreshCatalog]
    },
    KeyBinding("suspend", .everywhere, [.control("z")], "suspend to the shell; runs go on") { _ in [.suspend] },
    KeyBinding("repaint", .everywhere, [.control("l")], "repaint the screen") { _ in [.repaint] },
]

/// Keys of questions.
let questionKeyBindings: [KeyBinding] = [
    KeyBinding("question.yes", .question, ["y", .named(.enter)], label: "yes", "yes: stop after a checkpoint") {
        model in
        model.answer(.yes)
    },
    KeyBinding("question.detach", .question, ["d"], label: "detach", "leave, and let the runs go on without a screen") {
        model in
        model.answer(.detach)
    },
    KeyBinding("question.no", .question, ["n", .named(.escape), "q"], label: "no", "no: stay") { model in
        model.answer(.no)
    },
    KeyBinding("question.interrupt", .question, [.control("c")], "yes: stop after a checkpoint") { model in
        model.answer(.yes)
    },
]
