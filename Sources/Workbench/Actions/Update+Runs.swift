// SPDX-License-Identifier: Apache-2.0
// How news of runs, sessions and the catalog enter the model.

import EngineKit
import Screen

extension WorkbenchModel {
    /// Takes over the session files; the demo is preselected until somebody moves.
    mutating func take(_ sessions: [SessionSummary]) -> [Effect] {
        keepingSelection { $0.sessions = sessions }
        if !sessionsState.wasMoved {
            sessionsState.list.selected = sessions.firstIndex { $0.name == "demo" } ?? 0
        }
        redrawLists()
        return []
    }

    /// Takes over the catalog.
    mutating func take(_ catalog: [RunSummary]) -> [Effect] {
        keepingSelection { $0.catalog = catalog }
        if runsState.selected == nil { runsState.selected = RunsScreen.rows(self).first?.name }
        redrawLists()
        return []
    }

    /// Draws again where lists with ages are on show; the catalog comes every few seconds, changed or not.
    private mutating func redrawLists() {
        if screen == SessionsScreen.name || screen == RunsScreen.name { redraw.soon() }
    }

    /// Changes the lists of the chooser; the same entry stays selected wherever it moves.
    private mutating func keepingSelection(_ change: (inout WorkbenchModel) -> Void) {
        let before = SessionsScreen.selected(self)?.identifier
        change(&self)
        let items = SessionsScreen.items(self)
        let place = items.firstIndex { $0.identifier == before } ?? sessionsState.list.selected ?? 0
        sessionsState.list.selected = min(max(0, items.count - 1), place)
    }

    /// Makes an opened run the current one, and goes to its curves unless it was opened for comparison.
    mutating func open(_ description: RunDescription) -> [Effect] {
        redraw.now()
        if let index = index(ofRun: description.name) {
            // Continued from a checkpoint: the past stays, the events go on.
            runs[index] = runs[index].continued(as: description)
        } else {
            runs.append(OpenRun(description, smoothing: curvesState.common.smoothing))
            sparsityStates[description.name] = SparsityState(ownThreshold: description.ownThreshold)
        }
        guard !marked.contains(description.name) || currentRun == nil else { return [] }
        currentRun = description.name
        frozen = nil
        runsState.selected = description.name
        if screen == SessionsScreen.name || screen == RunsScreen.name { show(screen: CurvesScreen.name) }
        return []
    }

    /// Folds news of a run into its data.
    mutating func take(_ update: EventFeed.Update, ofRun name: String) -> [Effect] {
        guard let index = index(ofRun: name) else { return [] }
        var effects: [Effect] = []
        if runs[index].isNews(update) { redraw.soon() }
        if update.mustReload {
            runs[index].beginLoading()
            effects.append(.loadHistory(name: name))
        }
        effects += fold(update.events, ofRun: index)
        runs[index].droppedEvents = update.droppedEvents
        if let progress = update.progress {
            runs[index].progress = progress
            if update.state == .running {
                runs[index].pace.note(step: progress.step, at: clock)
            } else {
                runs[index].pace.reset()
            }
        }
        effects += change(state: update.state, reason: update.reason, ofRun: index)
        return effects
    }

    /// Takes over events of a run that do not come from its feed: answers of a run that has ended.
    mutating func take(_ events: [RunEvent], ofRun name: String) -> [Effect] {
        guard let index = index(ofRun: name) else { return [] }
        redraw.soon()
        return fold(events, ofRun: index)
    }

    private mutating func fold(_ events: [RunEvent], ofRun index: Int) -> [Effect] {
        let name = runs[index].name
        var effects: [Effect] = []
        for event in events {
            if let line = runs[index].fold(event) { effects += note(line, ofRun: name) }
            if case .evaluation(let evaluation) = event { finish(evaluation, ofRun: name) }
        }
        runs[index].settle()
        frozen?.waiting += events.count
        return effects
    }

    /// Takes over a slice of a run's past.
    mutating func take(_ history: RunHistory, ofRun name: String) -> [Effect] {
        guard let index = index(ofRun: name) else { return [] }
        redraw.soon()
        if history.startsOver { log.forget(run: name) }
        let result = runs[index].load(history)
        for line in result.lines { note(line.text, from: .run(name), level: line.level, step: line.step) }
        return result.mustLoadAgain ? [.loadHistory(name: name)] : []
    }

    // MARK: The log

    /// Adds a line to the log.
    mutating func note(
        _ text: String, from source: LogLine.Source, level: MessageLevel = .notice, step: Int? = nil
    ) {
        log.append(LogLine(seconds: clock, source: source, step: step, level: level, text: text))
        if screen == LogScreen.name, logState.linesBelow > 0 { logState.linesBelow += 1 }
    }

    /// Says something and keeps it in the log.
    mutating func report(_ text: String, level: MessageLevel) {
        note(text, from: .workbench, level: level)
        say(text, level: level)
    }

    /// A message of a run: kept in the log; warnings are said aloud, failures ring the bell.
    private mutating func note(
        _ line: (step: Int, level: MessageLevel, text: String), ofRun name: String
    ) -> [Effect] {
        note(line.text, from: .run(name), level: line.level, step: line.step)
        guard line.level != .notice else { return [] }
        say(name == currentRun ? line.text : "\(name): \(line.text)", level: line.level)
        return line.level == .failure ? [.ringBell] : []
    }

    private mutating func change(state: RunState, reason: String?, ofRun index: Int) -> [Effect] {
        let (name, before) = (runs[index].name, runs[index].state)
        runs[index].reason = reason
        guard state != before else { return [] }
        runs[index].state = state
        let level: MessageLevel = state == .failed || state == .interrupted ? .failure : .notice
        let text = state.rawValue + (reason.map { ": \($0)" } ?? "")
        note("is \(text)", from: .run(name), level: level, step: runs[index].progress?.step)
        if before != .starting || state != .running { say("\(name) is \(text)", level: level) }
        if !state.isActive { sparsityStates[name]?.pending = nil }
        return level == .failure ? [.ringBell] : []
    }

    /// An answer ends the waiting, also one to the question of another screen: it took the place of ours.
    private mutating func finish(_ evaluation: ThresholdEvaluation, ofRun name: String) {
        guard let pending = sparsityStates[name]?.pending else { return }
        sparsityStates[name]?.pending = nil
        guard !pending.isAutomatic, pending.identifier == evaluation.requestIdentifier else { return }
        let error = NumberText.fixed(evaluation.testError, decimals: 2)
        note("test error \(error) % at the chosen thresholds", from: .run(name), step: evaluation.step)
    }

    /// Gives up waiting for an evaluation; none begins by itself until the user asks for one.
    mutating func giveUpEvaluation(ofRun name: String, request: Int, problem: String) {
        guard sparsityStates[name]?.pending?.identifier == request else { return }
        sparsityStates[name]?.pending = nil
        sparsityStates[name]?.evaluatesByItself = false
        report(problem, level: .warning)
    }
}
