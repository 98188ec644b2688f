// SPDX-License-Identifier: Apache-2.0
// What keys and commands have in common: steering runs, freezing, leaving, preferences.

import EngineKit
import Screen

/// Answers to a question.
enum Answer: Sendable {
    case yes
    case detach
    case no
}

extension WorkbenchModel {
    // MARK: Steering the current run

    /// The run that keys and commands act on, or a sentence that there is none.
    private mutating func steeredRun() -> OpenRun? {
        if let run = runs.first(where: { $0.name == currentRun }) { return run }
        say("No run is open; screen 9 starts one.", level: .warning)
        return nil
    }

    /// Sends a command to the current run if a process works on it.
    mutating func control(_ command: RunCommand, saying text: String) -> [Effect] {
        guard let run = steeredRun() else { return [] }
        guard run.state.isActive else {
            say("\(run.name) is \(run.state.rawValue); there is nothing to steer.", level: .warning)
            return []
        }
        say(text)
        return [.control(runName: run.name, command)]
    }

    /// Pauses a run that is running, lets a paused one go on, continues one that ended early.
    mutating func pauseOrResume() -> [Effect] {
        guard let run = steeredRun() else { return [] }
        switch run.state {
        case .starting, .running: return control(.pause, saying: "Pauses after this step.")
        case .paused: return control(.resume, saying: "Goes on.")
        case .stopped, .failed, .interrupted:
            say("Continues \(run.name) from its last checkpoint.")
            return [.resumeRun(name: run.name)]
        case .finished:
            say("\(run.name) is finished.")
            return []
        }
    }

    /// Asks whether to stop the current run.
    mutating func askToStop() {
        guard let run = steeredRun() else { return }
        if run.state.isActive {
            overlay = .stopQuestion(run.name)
        } else {
            say("\(run.name) is \(run.state.rawValue) already.")
        }
    }

    // MARK: Freezing

    /// Freezes the view or lets it follow again.
    mutating func toggleFreeze() {
        if let frozen {
            self.frozen = nil
            say(
                frozen.waiting > 0
                    ? "Live again, \(NumberText.grouped(frozen.waiting)) events caught up." : "Live again.")
        } else {
            frozen = Frozen(runs: runs)
            say("Frozen. Collection goes on; Space follows again.")
        }
    }

    // MARK: Leaving

    /// Steps back: out of details, to the previous screen.
    mutating func goBack() {
        if screen == SparsityScreen.name, sparsityState.isDetailed {
            sparsityState.isDetailed = false
        } else if screen == UncertaintyScreen.name, uncertaintyState.picture != nil {
            uncertaintyState.picture = nil
        } else if screen == UncertaintyScreen.name, uncertaintyState.crosshair != nil {
            uncertaintyState.crosshair = nil
        } else if screen == ChainsScreen.name, chainsState.move != nil {
            (chainsState.move, chainsState.movesAt) = (nil, nil)
        } else if screen == ChainsScreen.name, chainsState.isAlone {
            chainsState.isAlone = false
        } else if screen == CurvesScreen.name, curvesState.crosshair != nil {
            curvesState.crosshair = nil
        } else if screen == CurvesScreen.name, curvesState.isMaximised {
            curvesState.isMaximised = false
        } else if screen == RunsScreen.name, !runsState.filter.isEmpty {
            runsState.filter = ""
        } else if screen == LogScreen.name, !logState.filter.isEmpty {
            logState.filter = ""
        } else if let previous = trail.popLast() {
            screen = previous
        }
    }

    /// Steps back, or leaves where there is nothing to step back to.
    mutating func backOrQuit() -> [Effect] {
        let before = (screen, sparsityState, uncertaintyState, curvesState, runsState, logState)
        let chains = chainsState
        goBack()
        let isUnchanged =
            before == (screen, sparsityState, uncertaintyState, curvesState, runsState, logState)
            && chains == chainsState
        return isUnchanged ? requestQuit() : []
    }

    /// Leaves, after a question if that would touch a run.
    mutating func requestQuit() -> [Effect] {
        if ownActiveRuns.isEmpty { return [.quit(stopRuns: false)] }
        overlay = .quitQuestion
        return []
    }

    /// Ctrl-C: the first one asks, the second one is the answer.
    mutating func interrupted() -> [Effect] {
        overlay == .quitQuestion ? answer(.yes) : requestQuit()
    }

    /// Takes the answer to the question on show.
    mutating func answer(_ answer: Answer) -> [Effect] {
        let question = overlay
        overlay = nil
        switch (question, answer) {
        case (.quitQuestion, .yes): return [.quit(stopRuns: true)]
        case (.quitQuestion, .detach): return [.quit(stopRuns: false)]
        case (.stopQuestion(let name), .yes):
            say("Stops after a checkpoint.")
            return [.control(runName: name, .stop)]
        case (.stopQuestion, .detach):
            // Only leaving can detach; the question stays.
            overlay = question
            return []
        default: return []
        }
    }

    // MARK: Preferences

    /// Changes the glyph set.
    mutating func setGlyphs(_ glyphs: GlyphTier) -> [Effect] {
        capabilities.glyphs = glyphs
        say("Glyphs: \(glyphs).")
        return [.setGlyphs(glyphs)]
    }

    /// Changes the colours.
    mutating func setTheme(_ palette: Palette) -> [Effect] {
        self.palette = palette
        hasChosenPalette = true
        say("Theme: \(palette.rawValue).")
        return [.setTheme(palette)]
    }

    /// Takes the palette that suits the terminal's background, unless the user has chosen one.
    mutating func adapt(toLight isLight: Bool) -> [Effect] {
        guard !hasChosenPalette, palette.isLight != isLight else { return [] }
        palette = isLight ? .light : .dark
        redraw.now()
        return [.setTheme(palette)]
    }

    /// Opens the prompt for the filter of the current screen.
    mutating func beginFilter() {
        guard let text = filter else {
            say("There is nothing to filter here.")
            return
        }
        overlay = .prompt(PromptState(purpose: .filter, field: TextFieldState(text)))
    }

    /// The filter of the current screen; `nil` where there is nothing to filter.
    var filter: String? {
        get {
            switch screen {
            case RunsScreen.name: runsState.filter
            case LogScreen.name: logState.filter
            default: nil
            }
        }
        set {
            switch screen {
            case RunsScreen.name: runsState.filter = newValue ?? ""
            case LogScreen.name: logState.filter = newValue ?? ""
            default: break
            }
        }
    }
}
