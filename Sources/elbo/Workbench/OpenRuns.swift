// SPDX-License-Identifier: Apache-2.0
// The runs a workbench has open: those of this process and those it watches through their store.

import EngineKit
import Foundation
import Runner
import Store
import Workbench

/// Runs by name, own and foreign.
final class OpenRuns {
    private let places: Places
    private let wake: @Sendable () -> Void
    private var own: [String: RunHandle] = [:]
    private var foreign: [String: RunReader] = [:]
    /// The run that has ended and was asked last.
    private var ended: Ended?
    /// Those before it, on their way out.
    private var leaving: [EndedRun] = []

    private struct Ended {
        let name: String
        let run: EndedRun
        var newestRequest = 0
    }

    /// Events per slice of history: a few milliseconds of folding into curves.
    private static let sliceSize = 20_000

    init(_ places: Places, wake: @escaping @Sendable () -> Void) {
        self.places = places
        self.wake = wake
    }

    /// Starts a run of this process.
    func start(_ plan: RunPlan) throws -> RunDescription {
        own[plan.name] = try RunHandle.start(plan, wake: wake)
        return describe(plan.name, plan.engine, title: plan.title, plan.recipe.ownThreshold, isOwn: true)
    }

    /// Continues a stored run in this process.
    func resume(_ plan: RunPlan) throws -> RunDescription {
        foreign[plan.name] = nil
        if ended?.name == plan.name { retireEnded() }
        own[plan.name] = try RunHandle.resume(plan, wake: wake)
        return describe(plan.name, plan.engine, title: plan.title, plan.recipe.ownThreshold, isOwn: true)
    }

    /// Opens a stored run to watch it.
    func open(_ name: String) throws -> RunDescription {
        let reader = try RunReader(parent: places.runsDirectory, name: name)
        if own[name] == nil { foreign[name] = reader }
        // A session of another version may not be understood any more; its run can be looked at all the same.
        let recipe = (try? places.plan(stored: name))?.recipe
        return describe(
            name, allEngines.named(reader.header.engine), engine: reader.header.engine, title: reader.header.title,
            recipe?.ownThreshold, isOwn: own[name] != nil)
    }

    private func describe(
        _ name: String, _ kind: (any EngineKind.Type)?, engine: String? = nil, title: String, _ ownThreshold: Double?,
        isOwn: Bool
    ) -> RunDescription {
        RunDescription(
            name: name, engine: engine ?? kind?.name ?? "", title: title, metrics: kind?.metrics ?? [],
            headlineMetric: kind?.headlineMetric ?? "", isOwn: isOwn, canEvaluateWhenDone: true,
            ownThreshold: ownThreshold ?? RunDescription.publishedThreshold)
    }

    /// Everything a run has stored, in slices that keep the screen answering.
    func history(_ name: String) throws -> [RunHistory] {
        // A new reader begins at the beginning; a watched run goes on from where the history ends.
        let reader = try RunReader(parent: places.runsDirectory, name: name)
        defer { if foreign[name] != nil { foreign[name] = reader } }
        var events = try reader.update().events[...]
        var slices: [RunHistory] = []
        repeat {
            let slice = events.prefix(Self.sliceSize)
            events = events.dropFirst(slice.count)
            slices.append(
                RunHistory(events: Array(slice), startsOver: slices.isEmpty, isComplete: events.isEmpty))
        } while !events.isEmpty
        return slices
    }

    /// Steers a run, wherever it works.
    func control(_ name: String, _ command: RunCommand) {
        if let handle = own[name] {
            handle.control.handle(command)
        } else {
            try? foreign[name]?.send(command)
        }
    }

    /// Has a network evaluated: by the run's process, or by a copy of its last checkpoint when nobody works on it.
    func evaluate(_ name: String, _ thresholds: [Double], requestIdentifier: Int) throws {
        let command = EngineCommand.evaluateThresholds(requestIdentifier: requestIdentifier, thresholds: thresholds)
        if let handle = own[name], handle.ended == nil { return handle.control.send(command) }
        if let reader = foreign[name] {
            do throws(StoreError) {
                return try reader.send(.engine(command))
            } catch {
                guard error.code == .notRunning else { throw error }
            }
        }
        if ended?.name != name {
            retireEnded()
            ended = Ended(name: name, run: EndedRun(try places.plan(stored: name), wake: wake))
        }
        ended?.newestRequest = requestIdentifier
        ended?.run.evaluate(thresholds, requestIdentifier: requestIdentifier)
    }

    /// Lets the ended run go; its thread ends after what it is just doing.
    private func retireEnded() {
        guard let ended else { return }
        ended.run.stop()
        leaving.append(ended.run)
        self.ended = nil
    }

    /// What the ended run has to say, as actions of the workbench.
    func endedNews() -> [Action] {
        guard let ended else { return [] }
        return ended.run.takeAnswers().map { answer in
            switch answer {
            case .event(let event): return .runEvents(name: ended.name, [event])
            case .refusal(let request, let problem):
                return .evaluationFailed(runName: ended.name, requestIdentifier: request, problem: problem)
            case .failure(let problem):
                // The next request tries again.
                retireEnded()
                return .evaluationFailed(
                    runName: ended.name, requestIdentifier: ended.newestRequest, problem: problem)
            }
        }
    }

    /// Names of the runs of this process that are not done.
    var ownActive: [String] { own.values.filter { $0.ended == nil }.map(\.name).sorted() }

    /// News of own runs.
    func ownNews() -> [(String, EventFeed.Update)] {
        own.sorted { $0.key < $1.key }.map { ($0.key, $0.value.feed.drain()) }
    }

    /// Whether a foreign run is open.
    var isWatching: Bool { !foreign.isEmpty }

    /// News of foreign runs.
    func foreignNews() -> [(String, EventFeed.Update)] {
        foreign.sorted { $0.key < $1.key }.compactMap { name, reader in
            (try? reader.update()).map { (name, $0) }
        }
    }

    /// Events of own runs that wait for the disk, and the seconds for which they have waited for it.
    var storeLoad: (waitingEvents: Int, waitedSeconds: Double) {
        own.values.map(\.storeLoad).reduce((0, 0)) { ($0.0 + $1.waitingEvents, $0.1 + $1.waitedSeconds) }
    }

    /// Waits for the ends of all own runs, and for threads that still compute: the process must not end under them.
    func waitForAll() -> [(String, RunOutcome)] {
        retireEnded()
        for run in leaving { run.wait() }
        return own.sorted { $0.key < $1.key }.map { ($0.key, $0.value.wait()) }
    }
}
