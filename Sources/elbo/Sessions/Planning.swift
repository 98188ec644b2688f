// SPDX-License-Identifier: Apache-2.0
// From a session file, or a stored run, to a checked plan.

import EngineKit
import Foundation
import Runner
import SessionFile
import Store

/// Makes plans; every problem of a session file is reported in one go.
enum Planning {
    /// The plan of a new run.
    static func newRun(session path: String, _ options: PlanOptions) throws -> RunPlan {
        let session = try load(path, overrides: options.overrides)
        let name: String
        if let wanted = options.name {
            do throws(StoreError) {
                try RunName.validate(wanted)
            } catch {
                throw CommandFailure.badUsage("elbo: \(error.description)")
            }
            name = wanted
        } else {
            let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            name = RunName.unused(basedOn: stem, in: options.runs.directory)
        }
        return try plan(
            session, path: path, title: session.title, name: name, seed: options.seed, threads: options.threads,
            runsDirectory: options.runs.directory, data: options.data, limits: options.limits)
    }

    /// The plan with which a stored run goes on: its own session text, seed and threads.
    static func stored(_ name: String, runsDirectory: String, data: String?, limits: RunLimits) throws -> RunPlan {
        let reader = try RunReader(parent: runsDirectory, name: name)
        let session: Session
        do throws(SessionError) {
            session = try Session.parse(Array(reader.sessionText.utf8), name: "\(name)/session.toml")
        } catch {
            throw CommandFailure.badUsage(error.description)
        }
        return try plan(
            session, path: reader.header.sessionPath, title: reader.header.title, name: name, seed: reader.header.seed,
            threads: reader.header.threads, runsDirectory: runsDirectory, data: data, limits: limits, isStored: true)
    }

    /// Reads a session file.
    static func load(_ path: String, overrides: [String]) throws -> Session {
        do throws(SessionError) {
            return try Session.load(path: path, overrides: overrides)
        } catch {
            throw CommandFailure.badUsage(error.description)
        }
    }

    private static func plan(
        _ session: Session, path: String, title: String, name: String, seed: UInt64?, threads: Int?,
        runsDirectory: String, data: String?, limits: RunLimits, isStored: Bool = false
    ) throws -> RunPlan {
        guard let engine = allEngines.named(session.engine) else {
            let names = allEngines.map { $0.name }.joined(separator: ", ")
            let problem = SettingProblem(
                line: session.engineLine, key: "engine", found: "\"\(session.engine)\"", allowed: "one of \(names)")
            throw CommandFailure.badUsage(SessionError(file: path, problems: [problem]).description)
        }
        // What a stored run began with is in its checkpoints; the engine asks for the file if there is none.
        let settings = SettingsReader(session.settings, checksFiles: !isStored)
        let recipe = engine.recipe(from: settings)
        let problems = settings.finish()
        guard problems.isEmpty else {
            throw CommandFailure.badUsage(SessionError(file: path, problems: problems).description)
        }
        return RunPlan(
            engine: engine, recipe: recipe, name: name, title: title, sessionPath: path,
            sessionText: session.text, seed: seed ?? session.seed,
            threads: threads ?? session.threads ?? defaultThreads,
            runsDirectory: runsDirectory, dataDirectories: dataDirectories(data), limits: limits)
    }

    /// Processors this process may use, 8 at most: beyond that these networks gain nothing.
    static var defaultThreads: Int { max(1, min(8, ProcessInfo.processInfo.activeProcessorCount)) }
}
