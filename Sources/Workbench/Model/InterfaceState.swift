// SPDX-License-Identifier: Apache-2.0
// What each screen remembers of its user: selections, zoom, sliders. Data of runs is elsewhere.

import EngineKit
import Screen

/// The chooser: sessions first, runs below.
struct SessionsState: Sendable, Equatable {
    var list = ListState(selected: 0)
    /// Whether somebody moved the selection; until then the demo is preselected when the list arrives.
    var wasMoved = false
}

/// The curves screen, over all runs.
struct CurvesState: Sendable, Equatable {
    /// The weights that the smoothing key walks through.
    static let weights = [0, 0.6, 0.9, 0.97]

    /// How one chart is drawn.
    struct ChartOptions: Sendable, Equatable {
        var isLogarithmic = false
        var isRobust = true
        var smoothing = 0.6
    }

    /// The focused chart, by metric.
    var focus: String?
    /// The group on show; `nil` shows all.
    var group: String?
    var isMaximised = false
    /// Options of charts that differ from `common`.
    var options: [String: ChartOptions] = [:]
    var common = ChartOptions()
    /// The visible steps; `nil` follows the run.
    var window: ClosedRange<Double>?
    /// The step that the crosshair reads on all charts.
    var crosshair: Double?

    func options(of metric: String) -> ChartOptions { options[metric] ?? common }
}

/// The table of runs.
struct RunsState: Sendable, Equatable {
    var selected: String?
    var sort = RunsColumn.lastSeen
    var isDescending = true
    var filter = ""
}

/// The log.
struct LogState: Sendable, Equatable {
    /// Lines hidden below the visible ones; 0 follows the newest.
    var linesBelow = 0
    var filter = ""
}

/// Help above a screen.
struct HelpState: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        /// Keys of the current screen.
        case keys
        /// All keys with the names of their operations, for `:map`.
        case map
        /// What the focused number means.
        case definition
    }

    var content = Content.keys
    var filter = ""
    var isSearching = false
    var scroll = 0
}

/// A line that is being typed.
struct PromptState: Sendable, Equatable {
    enum Purpose: Sendable, Equatable {
        case command
        case filter
    }

    var purpose: Purpose
    var field = TextFieldState()
    /// Place in the history, counted back from its end; 0 is the new line.
    var historyIndex = 0
    /// What was typed before walking through the history.
    var draft = ""
    /// Candidates that Tab walks through, with the one in the field.
    var candidates: [String] = []
    var candidate: Int?
}

/// What lies above the current screen and takes the keys.
enum Overlay: Sendable, Equatable {
    case help(HelpState)
    case prompt(PromptState)
    /// Whether to leave although runs are being trained here.
    case quitQuestion
    /// Whether to stop the named run.
    case stopQuestion(String)
}
