// SPDX-License-Identifier: Apache-2.0
// Where things are for a workbench: runs, data, session files.

import EngineKit
import Foundation
import Runner
import SessionFile
import Workbench

/// The folders of a workbench.
struct Places {
    let runsDirectory: String
    let data: String?

    /// The plan of a new run of a session file.
    func plan(session path: String, overrides: [String]) throws -> RunPlan {
        var options = PlanOptions()
        options.name = nil
        options.runs = RunsOptions()
        options.runs.directory = runsDirectory
        options.data = data
        options.overrides = overrides
        options.seed = nil
        options.threads = nil
        options.maxSteps = nil
        options.maxSeconds = nil
        options.checkpointSeconds = 30
        return try Planning.newRun(session: path, options)
    }

    /// The plan with which a stored run goes on.
    func plan(stored name: String) throws -> RunPlan {
        try Planning.stored(name, runsDirectory: runsDirectory, data: data, limits: RunLimits())
    }
}

/// The session files that ship, and those of the folder one works in.
enum SessionCatalog {
    /// Folder of session files, relative to the working folder.
    static let folder = "sessions"

    /// Paths of all session files, the demo first.
    static func paths() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { $0.hasSuffix(".toml") }.sorted()
        return (files.filter { $0 == "demo.toml" } + files.filter { $0 != "demo.toml" }).map { "\(folder)/\($0)" }
    }

    /// What the chooser shows; files that cannot be read say so in their title.
    static func summaries() -> [SessionSummary] {
        paths().map(summary)
    }

    /// What is known of one file.
    static func summary(_ path: String) -> SessionSummary {
        let lines = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(
            separator: "\n", omittingEmptySubsequences: false
        ).map { $0.description.printable(limit: 200) }
        let comment = lines.prefix { $0.hasPrefix("#") }
            .map { $0.drop { $0 == "#" || $0 == " " }.description }.joined(separator: " ")
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        do throws(SessionError) {
            let session = try Session.load(path: path)
            return SessionSummary(
                path: path, name: name, title: session.title, engine: session.engine,
                purpose: allEngines.named(session.engine)?.purpose ?? "", description: comment,
                firstLines: Array(lines.drop { $0.hasPrefix("#") || $0.isEmpty }))
        } catch {
            return SessionSummary(
                path: path, name: name, title: "cannot be read", engine: "?", purpose: "",
                description: error.description, firstLines: lines)
        }
    }
}
