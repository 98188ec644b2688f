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

    /// Events per slice of history: a few milliseconds of folding into curves.
    private static let sliceSize = 20_000

    init(_ places: Places, wake: @escaping @Sendable () -> Void) {
        self.places = places
        self.wake = wake
    }

    /// Starts a run of this process.
    func start(_ plan: RunPlan) throws -> RunDescription {
        own[plan.name] = try RunHandle.start(plan, wake: wake)
        return describe(plan.name, engine: plan.engine.name, title: plan.title, isOwn: true)
    }

    /// Continues a stored run in this process.
    func resume(_ plan: RunPlan) throws -> RunDescription {
        foreign[plan.name] = nil
        own[plan.name] = try RunHandle.resume(plan, wake: wake)
        return describe(plan.name, engine: plan.engine.name, title: plan.title, isOwn: true)
    }

    /// Opens a stored run to watch it.
    func open(_ name: String) throws -> RunDescription {
        if let handle = own[name] {
            let reader = try RunReader(parent: places.runsDirectory, name: handle.name)
            return describe(name, engine: reader.header.engine, title: reader.header.title, isOwn: true)
        }
        let reader = try RunReader(parent: places.runsDirectory, name: name)
        foreign[name] = reader
        return describe(name, engine: reader.header.engine, title: reader.header.title, isOwn: false)
    }

    private func describe(_ name: String, engine: String, title: String, isOwn: Bool) -> RunDescription {
        let kind = allEngines.named(engine)
        return RunDescription(
            name: name, engine: engine, title: title, metrics: kind?.metrics ?? [],
            headlineMetric: kind?.headlineMetric ?? "", isOwn: isOwn)
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

    /// Waits for the ends of all own runs.
    func waitForAll() -> [(String, RunOutcome)] {
        own.sorted { $0.key < $1.key }.map { ($0.key, $0.value.wait()) }
    }
}
