// SPDX-License-Identifier: Apache-2.0
// Starting, opening, continuing and comparing runs.

import EngineKit
import Screen

extension WorkbenchModel {
    /// Starts a session file.
    mutating func start(_ session: SessionSummary, overrides: [String] = []) -> [Effect] {
        say("Starts \(session.name) …")
        return [.startRun(sessionPath: session.path, overrides: overrides)]
    }

    /// Shows a run, opening it first if necessary.
    mutating func open(run name: String) -> [Effect] {
        guard index(ofRun: name) != nil else {
            say("Opens \(name) …")
            // A run that was marked for comparison becomes the current one now.
            marked.removeAll { $0 == name }
            return [.openRun(name: name)]
        }
        currentRun = name
        frozen = nil
        show(screen: CurvesScreen.name)
        return []
    }

    /// Lets a paused run go on, or continues one that ended early.
    mutating func resume() -> [Effect] {
        if let run = runs.first(where: { $0.name == currentRun }), run.state == .running || run.state == .starting {
            say("\(run.name) is running.")
            return []
        }
        return pauseOrResume()
    }

    /// Draws a run together with the current one, or no longer; opens it if necessary.
    mutating func toggleMark(_ name: String) -> [Effect] {
        if let index = marked.firstIndex(of: name) {
            marked.remove(at: index)
            return []
        }
        guard marked.count < Self.markedCapacity else {
            say("At most \(Role.seriesCount) runs can be told apart by colour.", level: .warning)
            return []
        }
        marked.append(name)
        return index(ofRun: name) == nil ? [.openRun(name: name)] : []
    }

    /// Runs that can be told apart by colour beside the current one.
    public static var markedCapacity: Int { Role.seriesCount - 1 }

    /// Draws a run together with the current one as soon as it is open.
    public mutating func mark(_ name: String) {
        if !marked.contains(name) { marked.append(name) }
    }
}
