// SPDX-License-Identifier: Apache-2.0
// Everything the workbench knows, as one value: `update` changes it, `view` draws it, nothing else exists.

import EngineKit
public import Screen

/// The state of the workbench.
public struct WorkbenchModel: Sendable {
    /// Runs as they were when the view was frozen.
    struct Frozen: Sendable {
        var runs: [OpenRun]
        /// Events that came since.
        var waiting = 0
    }

    // Data.
    var sessions: [SessionSummary] = []
    var catalog: [RunSummary] = []
    var runs: [OpenRun] = []
    var log = Log()
    var systemReport: SystemReport?
    /// What is known of the draws of the chains screen, and what is being found out.
    var chainWork = AnswerBook<ChainAnalysis>()
    /// The same of the samplers in its table.
    var summaryWork = AnswerBook<SamplerSummary>()

    // What is on the screen.
    var screen = SessionsScreen.name
    /// Screens to go back to.
    var trail: [String] = []
    var currentRun: String?
    /// Runs drawn together with the current one, in the order of marking.
    var marked: [String] = []
    var frozen: Frozen?
    var overlay: Overlay?
    var notice: Notice?

    // What screens remember.
    var sessionsState = SessionsState()
    var curvesState = CurvesState()
    var sparsityStates: [String: SparsityState] = [:]
    var uncertaintyStates: [String: UncertaintyState] = [:]
    var chainsStates: [String: ChainsState] = [:]
    var runsState = RunsState()
    var logState = LogState()
    var commandHistory: [String] = []
    var nextRequest = 1

    // Preferences.
    var keys = KeyTable.standard
    var palette = Palette.dark
    /// Whether the user chose the palette, so that the terminal's background does not matter any more.
    var hasChosenPalette = false
    var takesMouse = true
    var capabilities: Capabilities

    // Time and size.
    var clock = 0.0
    /// The first time that was told, from which the log counts.
    var firstClock: Double?
    var size = (height: 24, width: 80)
    var redraw = Redraw()

    /// Creates an empty workbench on the session chooser.
    ///
    /// - Parameters:
    ///   - capabilities: what the terminal can show.
    ///   - palette: the colours chosen at the start.
    public init(capabilities: Capabilities = Capabilities(), palette: Palette = .dark) {
        self.capabilities = capabilities
        self.palette = palette
    }

    // MARK: Looking at runs

    /// The runs as the screens show them: the frozen ones while the view is frozen.
    var shownRuns: [OpenRun] { frozen?.runs ?? runs }

    /// The current run as the screens show it.
    var run: OpenRun? { shownRuns.first { $0.name == currentRun } }

    /// The current run and the marked ones that are open, in drawing order.
    var overlaidRuns: [OpenRun] {
        var names = marked.filter { $0 != currentRun }
        if let currentRun { names.insert(currentRun, at: 0) }
        return names.compactMap { name in shownRuns.first { $0.name == name } }
    }

    /// Runs that this process trains and that are not done.
    var ownActiveRuns: [String] { runs.filter { $0.description.isOwn && $0.state.isActive }.map(\.name) }

    func index(ofRun name: String) -> Int? { runs.firstIndex { $0.name == name } }

    // MARK: Talking to the user

    /// Shows a sentence on the bottom line; long ones stay longer.
    mutating func say(_ text: String, level: MessageLevel = .notice) {
        // Four seconds and a reading speed of twenty characters per second.
        notice = Notice(text: text, level: level, expires: clock + 4 + Double(text.count) / 20)
        redraw.now()
    }

    /// Goes to a screen and remembers the way back.
    mutating func show(screen name: String) {
        guard name != screen else { return }
        trail.removeAll { $0 == name }
        trail.append(screen)
        screen = name
    }
}
