// SPDX-License-Identifier: Apache-2.0
// The life of a run on its thread: build, advance, obey, save, end.

import EngineKit
import Store

/// Drives one engine; created and used on the worker thread.
struct RunWorker {
    private let plan: RunPlan
    private let writer: RunWriter
    private let control: RunControl
    private let feed: EventFeed
    private let sink: EventSink
    private var lastCheckpoint = monotonicNanoseconds()
    private var savedStep = -1

    init(_ plan: RunPlan, _ writer: RunWriter, _ control: RunControl, _ feed: EventFeed) {
        self.plan = plan
        self.writer = writer
        self.control = control
        self.feed = feed
        sink = EventSink(writer: writer, feed: feed, metrics: MetricRecord(definitions: plan.engine.metrics))
    }

    /// Runs to the end and reports it; never throws, because what goes wrong is the result.
    mutating func run(resuming: Bool) -> RunOutcome {
        announce(.starting)
        var engine: (any Engine)?
        let end: (state: RunState, reason: String?)
        do {
            let built = try build(resuming: resuming)
            engine = built
            end = try drive(built)
        } catch {
            end = (.failed, "\(error)")
        }
        return close(engine, end.state, end.reason)
    }

    private mutating func build(resuming: Bool) throws -> any Engine {
        let saved = resuming ? try writer.latestCheckpoint() : nil
        if resuming {
            // What came after the checkpoint is computed again; without this it would be stored twice.
            try writer.truncate(afterStep: saved?.step ?? -1)
        }
        if let saved { takeOver(saved.checkpoint, step: saved.step) }
        sink.isMuted = saved != nil
        let sink = sink
        let context = EngineContext(
            seed: plan.seed, threads: plan.threads, dataDirectories: plan.dataDirectories, isResuming: saved != nil,
            emit: { sink.emit($0) })
        let engine = try plan.recipe.makeEngine(context: context)
        if let saved { try engine.restore(saved.checkpoint) }
        sink.isMuted = false
        if resuming { feed.requestReload() }
        return engine
    }

    /// Takes over what the runner itself keeps in a checkpoint, so that the result is there even without an engine.
    private mutating func takeOver(_ checkpoint: Checkpoint, step: Int) {
        sink.secondsBefore = Double(checkpoint.metadata["runner.seconds"] ?? "") ?? 0
        if let text = checkpoint.metadata["runner.metrics"], case .object(let json)? = try? JSONValue(parsing: text) {
            sink.restoreMetrics(json)
        }
        savedStep = step
    }

    private mutating func drive(_ engine: any Engine) throws -> (RunState, String?) {
        announce(.running)
        var stage = engine.progress.stage
        while true {
            if control.needsAttention {
                let turn = control.takeTurn()
                for command in turn.commands { apply(command, to: engine) }
                if turn.wantsCheckpoint { try save(engine) }
                switch turn.action {
                case .stop:
                    try save(engine)
                    return (.stopped, turn.reason)
                case .pause:
                    announce(.paused, turn.reason)
                    while !control.hasNews, engine.workWhilePaused() {}
                    control.waitWhilePaused()
                    continue
                case .advance: announce(control.current.action == .pause ? .paused : .running)
                }
            }
            if let reason = reachedLimit(engine.progress) {
                try save(engine)
                return (.stopped, reason)
            }
            let outcome = try engine.advance()
            if let failure = writer.failure { throw failure }
            // Work that is no step, such as measurements at the end, belongs into the next checkpoint of the same step.
            if outcome == .running, engine.progress.step == savedStep { savedStep = -1 }
            if outcome == .finished {
                try save(engine)
                return (.finished, nil)
            }
            let elapsed = Double(monotonicNanoseconds() - lastCheckpoint) * 1e-9
            if elapsed >= plan.limits.checkpointSeconds || engine.progress.stage != stage {
                try save(engine)
                stage = engine.progress.stage
            }
        }
    }

    private mutating func apply(_ command: EngineCommand, to engine: any Engine) {
        // The engine is no longer what was saved at this step.
        savedStep = -1
        if let refusal = engine.apply(command) {
            sink.emit(.message(step: engine.progress.step, level: .warning, text: refusal))
        }
    }

    private func reachedLimit(_ progress: Progress) -> String? {
        if let most = plan.limits.maximumSteps, progress.step >= most { return "reached \(most) steps" }
        if let most = plan.limits.maximumSeconds, sink.secondsHere >= most { return "reached \(most) seconds" }
        return nil
    }

    private mutating func save(_ engine: any Engine) throws {
        lastCheckpoint = monotonicNanoseconds()
        let step = engine.progress.step
        guard step != savedStep else { return }
        var checkpoint = engine.checkpoint()
        checkpoint.metadata["runner.seconds"] = "\(sink.secondsBefore + sink.secondsHere)"
        checkpoint.metadata["runner.metrics"] = sink.metrics.json.text
        try writer.save(checkpoint, step: step)
        savedStep = step
    }

    private func announce(_ state: RunState, _ reason: String? = nil, _ progress: Progress? = nil) {
        writer.setState(state, reason: reason, progress: progress)
        feed.publish(state: state, reason: reason)
    }

    private func close(_ engine: (any Engine)?, _ state: RunState, _ reason: String?) -> RunOutcome {
        var summary = JSONObject()
        summary["engine"] = .string(plan.engine.name)
        summary["session"] = .string(plan.sessionPath)
        summary["name"] = .string(plan.name)
        summary["title"] = .string(plan.title)
        summary["state"] = .string(state.rawValue)
        if let reason { summary["reason"] = .string(reason) }
        summary["seed"] = .integer(Int(clamping: plan.seed))
        summary["steps"] = .integer(engine?.progress.step ?? max(savedStep, 0))
        summary["seconds"] = .real(sink.secondsBefore + sink.secondsHere)
        summary["threads"] = .integer(plan.threads)
        summary["metrics"] = .object(sink.metrics.json)
        var versions = JSONObject()
        for (name, version) in Versions.all(for: plan.engine).sorted(by: { $0.key < $1.key }) {
            versions[name] = .string(version)
        }
        summary["versions"] = .object(versions)
        if let own = engine?.summary() {
            for key in own.keys { summary[key] = own[key] }
        }
        var outcome = RunOutcome(state: state, reason: reason, summary: summary)
        do {
            try writer.setSummary(summary)
            try writer.flush()
        } catch {
            if outcome.state != .failed { outcome.reason = "\(error)" }
            outcome.state = .failed
            outcome.summary["state"] = .string(RunState.failed.rawValue)
            outcome.summary["reason"] = outcome.reason.map { .string($0) }
        }
        announce(outcome.state, outcome.reason, engine?.progress)
        writer.close()
        return outcome
    }
}
