// SPDX-License-Identifier: Apache-2.0
// The workbench on a terminal: loop events become actions, effects become runs, files and terminal calls.

import EngineKit
import Foundation
import Runner
import Screen
import Store
import Terminal
import Workbench

/// Connects the pure workbench with the terminal and with runs.
final class WorkbenchProgram: TerminalApplication {
    /// What is on the screen first.
    enum Opening {
        /// The session chooser.
        case chooser
        /// A new run.
        case start(RunPlan)
        /// A run that goes on.
        case resume(RunPlan)
        /// A stored run, to watch.
        case stored(String)
    }

    private var model: WorkbenchModel
    private let runs: OpenRuns
    private let places: Places
    private let compactions: Compactions
    private let analyses: ChainAnswers<ChainAnalysisRequest>
    private let summaries: ChainAnswers<SamplerSummaryRequest>
    private var exitCode: Int32 = 0
    private(set) var theme: Theme
    private var frameTimes = FrameTimes()
    /// Whether the next report is on its way.
    private var isReporting = false
    /// Whether the next look at session files and runs is on its way.
    private var isListing = false

    /// Seconds between two looks at runs of other processes; each look is one read of a database.
    private static let watchInterval = Duration.milliseconds(500)
    private static let catalogInterval = Duration.seconds(3)
    private static let reportInterval = Duration.seconds(1)

    private init(_ loop: EventLoop, _ screen: TerminalScreen, _ places: Places) {
        let palette: Palette = screen.backgroundHint == false ? .light : .dark
        model = WorkbenchModel(capabilities: screen.capabilities, palette: palette)
        theme = Theme(palette, tier: screen.capabilities.colors)
        self.places = places
        let handle = loop.wakeHandle
        runs = OpenRuns(places) { handle.wake() }
        compactions = Compactions { handle.wake() }
        analyses = ChainAnswers { handle.wake() }
        summaries = ChainAnswers { handle.wake() }
    }

    /// Opens the workbench and returns when it was left and all runs that should stop have stopped.
    static func open(_ opening: Opening, runsDirectory: String, data: String?) throws {
        let places = Places(runsDirectory: runsDirectory, data: data)
        let code = try explaining {
            // Signals are blocked before any thread exists; threads inherit that.
            let signals = try SignalSource()
            let screen = try TerminalScreen(options: TerminalOptions(isMouseOn: true))
            let loop = try EventLoop(signals: signals, screen: screen)
            let program = WorkbenchProgram(loop, screen, places)
            do {
                try program.begin(opening, loop)
                loop.run(program)
            } catch {
                screen.close()
                throw error
            }
            screen.close()
            return program.leave()
        }
        if code != 0 { throw CommandFailure(exitCode: code, text: "") }
    }

    private func begin(_ opening: Opening, _ loop: EventLoop) throws {
        send(.clock(seconds: Date().timeIntervalSince1970), loop)
        refreshCatalog(loop)
        switch opening {
        case .chooser: break
        case .start(let plan): send(.runOpened(try runs.start(plan)), loop)
        case .resume(let plan):
            send(.runOpened(try runs.resume(plan)), loop)
            perform(.loadHistory(name: plan.name), loop)
        case .stored(let name): perform(.openRun(name: name), loop)
        }
    }

    /// Waits for own runs, after the terminal has been given back.
    private func leave() -> Int32 {
        compactions.wait()
        analyses.wait()
        summaries.wait()
        let waiting = runs.ownActive
        if !waiting.isEmpty { printError("\(waiting.joined(separator: ", ")): going on; `elbo attach` shows it") }
        for (name, outcome) in runs.waitForAll() {
            printError("\(name): \(outcome.state.rawValue)" + (outcome.reason.map { ", \($0)" } ?? ""))
        }
        return exitCode
    }

    // MARK: TerminalApplication

    func handle(_ event: LoopEvent, in loop: EventLoop) -> FrameDemand {
        let now = Date().timeIntervalSince1970
        frameTimes.note(loop.statistics)
        send(.clock(seconds: now), loop)
        switch event {
        case .input(let input): send(.input(input), loop)
        case .reply(.background(let red, let green, let blue)): adapt(red, green, blue, loop)
        case .reply: break
        case .wake:
            takeOwnNews(loop)
            for result in compactions.take() { send(.commandFinished(result), loop) }
            for answer in analyses.take() { send(.chainsAnalysed(answer), loop) }
            for answer in summaries.take() { send(.samplerSummarised(answer), loop) }
        case .timer("watch"): takeForeignNews(loop)
        case .timer("catalog"): isListing = false
        case .timer("report"): isReporting = false
        case .timer: break
        case .signal(.user): for name in runs.ownActive { runs.control(name, .checkpoint) }
        case .signal(.interrupt): send(.interrupt, loop)
        case .signal(.hangUp): detach(loop)
        case .signal(.terminate):
            exitCode = TerminalSignal.terminate.exitCode
            send(.terminate, loop)
        case .printed(let lines): for line in lines { send(.captured(line), loop) }
        case .resized(let size): send(.resized(height: size.rows, width: size.columns), loop)
        case .suspending: break
        case .resumed: send(.resumed, loop)
        case .terminalLost: detach(loop)
        }
        listIfWanted(loop)
        reportIfWanted(loop)
        if let wait = model.secondsUntilWake(at: now) { loop.setTimer("model", after: .seconds(wait)) }
        guard let wait = model.secondsUntilFrame(at: now) else { return .none }
        return wait == 0 ? .now : .whenDue
    }

    func frame(size: ScreenSize, capabilities: Capabilities) -> CellBuffer {
        model.frameWasDrawn(at: Date().timeIntervalSince1970)
        return view(model, height: size.rows, width: size.columns)
    }

    /// Tells the model whether the background is light; the weights are those of perceived brightness.
    private func adapt(_ red: Double, _ green: Double, _ blue: Double, _ loop: EventLoop) {
        send(.background(isLight: 0.2126 * red + 0.7152 * green + 0.0722 * blue >= 0.5), loop)
    }

    /// Keeps the lists of session files and runs fresh, as long as somebody looks: each time is a read of every run.
    private func listIfWanted(_ loop: EventLoop) {
        guard model.wantsCatalog, !isListing else { return }
        isListing = true
        refreshCatalog(loop)
        loop.setTimer("catalog", after: Self.catalogInterval)
    }

    /// Says once a second how the program is doing, as long as somebody looks.
    private func reportIfWanted(_ loop: EventLoop) {
        guard model.wantsSystemReport, !isReporting else { return }
        isReporting = true
        let load = runs.storeLoad
        send(.system(frameTimes.report(waitingEvents: load.waitingEvents, waitedSeconds: load.waitedSeconds)), loop)
        loop.setTimer("report", after: Self.reportInterval)
    }

    /// The terminal is gone: own runs train on without a screen, and the process ends with them.
    private func detach(_ loop: EventLoop) {
        loop.stop()
    }

    // MARK: Actions and effects

    private func send(_ action: Action, _ loop: EventLoop) {
        for effect in update(&model, action) { perform(effect, loop) }
    }

    private func perform(_ effect: Effect, _ loop: EventLoop) {
        do {
            try attempt(effect, loop)
        } catch {
            let text = (error as? CommandFailure)?.text ?? "\(error)"
            send(.commandFinished(message: nil, problem: text), loop)
        }
    }

    private func attempt(_ effect: Effect, _ loop: EventLoop) throws {
        switch effect {
        case .startRun(let path, let overrides):
            send(.runOpened(try runs.start(try places.plan(session: path, overrides: overrides))), loop)
        case .resumeRun(let name):
            send(.runOpened(try runs.resume(try places.plan(stored: name))), loop)
            try loadHistory(name, loop)
        case .openRun(let name):
            send(.runOpened(try runs.open(name)), loop)
            try loadHistory(name, loop)
            loop.setTimer("watch", after: Self.watchInterval)
        case .loadHistory(let name): try loadHistory(name, loop)
        case .control(let name, let command): runs.control(name, command)
        case .evaluate(let name, let thresholds, let identifier):
            do {
                try runs.evaluate(name, thresholds, requestIdentifier: identifier)
            } catch {
                let problem = (error as? CommandFailure)?.text ?? "\(error)"
                send(.evaluationFailed(runName: name, requestIdentifier: identifier, problem: problem), loop)
            }
        case .analyseChains(let request): analyses.start(request)
        case .summariseSampler(let request): summaries.start(request)
        case .export(let name, let format, let path):
            let written = try RunExport.write(name, runsDirectory: places.runsDirectory, format: format, path: path)
            send(.commandFinished(message: written, problem: nil), loop)
        case .compact(let name, let path, let thresholds):
            compactions.start(
                CompactRun(
                    plan: try places.plan(stored: name), thresholds: NetworkRequest.Thresholds(thresholds), path: path))
        case .refreshCatalog: refreshCatalog(loop)
        case .setTheme(let palette): theme = Theme(palette, tier: theme.tier)
        case .setMouse(let isOn): loop.screen?.setMouse(isOn)
        case .setGlyphs: break
        case .suspend: loop.suspend()
        case .repaint: loop.repaint()
        case .writeClipboard(let text): loop.screen?.copyToClipboard(text)
        case .ringBell: loop.screen?.ringBell()
        case .quit(let stopRuns):
            if stopRuns { for name in runs.ownActive { runs.control(name, .stop) } }
            loop.stop()
        }
    }

    private func loadHistory(_ name: String, _ loop: EventLoop) throws {
        for slice in try runs.history(name) { send(.runHistory(name: name, slice), loop) }
    }

    private func refreshCatalog(_ loop: EventLoop) {
        send(.sessions(SessionCatalog.summaries()), loop)
        send(.catalog(RunCatalog.runs(in: places.runsDirectory).entries.map(RunSummary.init)), loop)
    }

    private func takeOwnNews(_ loop: EventLoop) {
        for (name, news) in runs.ownNews() { send(.runUpdate(name: name, news), loop) }
        for answer in runs.endedNews() { send(answer, loop) }
    }

    private func takeForeignNews(_ loop: EventLoop) {
        let news = runs.foreignNews()
        for (name, update) in news { send(.runUpdate(name: name, update), loop) }
        if runs.isWatching { loop.setTimer("watch", after: Self.watchInterval) }
    }
}

extension Action {
    /// What came of writing a network.
    static func commandFinished(_ result: Result<CompactOutcome, EngineError>) -> Action {
        switch result {
        case .success(let outcome):
            let sentences = [CompactText.sentence(outcome)] + outcome.notes
            return .commandFinished(message: sentences.joined(separator: "; "), problem: nil)
        case .failure(let error): return .commandFinished(message: nil, problem: error.description)
        }
    }
}

extension NetworkRequest.Thresholds {
    /// None: the session's; one: for all layers; several: one per layer.
    init(_ thresholds: [Double]) {
        switch thresholds.count {
        case 0: self = .session
        case 1: self = .all(thresholds[0])
        default: self = .each(thresholds)
        }
    }
}

extension RunSummary {
    /// The row of a stored run.
    init(_ entry: RunEntry) {
        self.init(
            name: entry.name, engine: entry.engine, title: entry.title, state: entry.state, step: entry.step,
            totalSteps: entry.totalSteps, headline: entry.headline.map { MetricValue($0.name, $0.value) },
            lastSeen: entry.lastSeen)
    }
}
