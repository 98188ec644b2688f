// SPDX-License-Identifier: Apache-2.0
// The only place where the model changes: an action in, effects out. Nothing here waits or touches the world.

import EngineKit
import Screen

/// Changes the model by what happened and returns what the world shall do.
public func update(_ model: inout WorkbenchModel, _ action: Action) -> [Effect] {
    // Whatever happened may have put other draws on the screen.
    react(&model, to: action) + model.analysisIfDue()
}

private func react(_ model: inout WorkbenchModel, to action: Action) -> [Effect] {
    switch action {
    case .input(let event): return model.handle(event) ?? model.explainUnbound(event)
    case .resized(let height, let width):
        model.size = (max(0, height), max(0, width))
        model.redraw.now()
        return []
    case .clock(let seconds): return model.tick(seconds)
    case .sessions(let sessions): return model.take(sessions)
    case .catalog(let catalog): return model.take(catalog)
    case .runOpened(let description): return model.open(description)
    case .runUpdate(let name, let update): return model.take(update, ofRun: name)
    case .runHistory(let name, let history): return model.take(history, ofRun: name)
    case .captured(let text):
        for line in text.split(whereSeparator: \.isNewline) { model.note(String(line), from: .print) }
        model.redraw.soon()
        return []
    case .commandFinished(let message, let problem):
        if let message { model.report(message, level: .notice) }
        if let problem { model.report(problem, level: .failure) }
        return []
    case .evaluationFailed(let name, let request, let problem):
        model.giveUpEvaluation(ofRun: name, request: request, problem: problem)
        return []
    case .runEvents(let name, let events): return model.take(events, ofRun: name)
    case .chainsAnalysed(let analysis): return model.take(analysis)
    case .samplerSummarised(let summary): return model.take(summary)
    case .background(let isLight): return model.adapt(toLight: isLight)
    case .system(let report):
        model.systemReport = report
        if model.screen == LogScreen.name { model.redraw.soon() }
        return []
    case .interrupt:
        model.redraw.now()
        return model.interrupted()
    case .terminate: return [.quit(stopRuns: true)]
    case .resumed:
        model.redraw.now()
        return [.repaint]
    }
}

extension WorkbenchModel {
    /// Reacts to the terminal.
    ///
    /// - Returns: effects, or `nil` for input that means nothing here.
    mutating func handle(_ event: InputEvent) -> [Effect]? {
        switch event {
        case .key(let press): return handle(press)
        case .paste(let text):
            guard isTyping else { return nil }
            redraw.now()
            type(text)
            return []
        case .mouse(let event):
            guard takesMouse, overlay == nil else { return nil }
            redraw.now()
            return handle(event)
        case .focus: return []
        }
    }

    private mutating func handle(_ press: KeyPress) -> [Effect]? {
        let scopes = keyScopes
        if let binding = keys.binding(for: press, in: scopes) {
            redraw.now()
            notice = nil
            return binding.perform(&self)
        }
        guard case .character(let character) = press.key, press.modifiers.isEmpty, isTyping else { return nil }
        redraw.now()
        type(String(character))
        return []
    }

    /// A click on a tab shows its screen; everything else is for the screen below it.
    private mutating func handle(_ event: MouseEvent) -> [Effect] {
        let frame = FrameLayout(height: size.height, width: size.width)
        if case .press = event.kind, frame.tabs.contains(Position(row: event.row, column: event.column)) {
            if let tab = tabs.first(where: { frame.place(of: $0).contains(event.column) }) { show(screen: tab.name) }
            return []
        }
        return screenType(named: screen)?.mouse(event, in: frame.content, &self) ?? []
    }

    /// A key without a meaning gets an answer that names it, so that nobody wonders whether it arrived.
    mutating func explainUnbound(_ event: InputEvent) -> [Effect] {
        guard case .key(let press) = event else { return [] }
        say("\(press.text) means nothing here; ? lists the keys.")
        return []
    }

    /// Notes the time; what depends on it is drawn again.
    fileprivate mutating func tick(_ seconds: Double) -> [Effect] {
        clock = seconds
        firstClock = firstClock ?? seconds
        if let notice, notice.expires <= seconds {
            self.notice = nil
            redraw.now()
        }
        playIfDue()
        return SparsityScreen.evaluateAfterRest(&self)
    }
}
