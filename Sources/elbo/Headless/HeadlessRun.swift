// SPDX-License-Identifier: Apache-2.0
// A run without a screen: plain lines of progress on standard error, the result on standard output.

import EngineKit
import Foundation
import Runner
import Screen
import Terminal

/// Serves signals and events of one run until it ends.
final class HeadlessRun: TerminalApplication {
    private let run: RunHandle
    private let started = Date()
    private var firstStep: Int?
    private var lastPrint = Date.distantPast
    private var newest: [String: Double] = [:]
    private var signal: TerminalSignal?
    let theme = Theme.plain

    /// Seconds between two lines of progress.
    private static let interval = 2.0

    init(_ run: RunHandle) {
        self.run = run
    }

    /// Runs a plan to its end and prints the result.
    static func perform(_ plan: RunPlan, resuming: Bool, json: Bool) throws {
        let loop = try EventLoop(signals: SignalSource(), screen: nil)
        let handle = loop.wakeHandle
        let run = resuming
            ? try RunHandle.resume(plan, wake: { handle.wake() }) : try RunHandle.start(plan, wake: { handle.wake() })
        printError("\(plan.name): \(plan.title)")
        let application = HeadlessRun(run)
        loop.run(application)
        let outcome = run.wait()
        application.takeEvents()
        printResult(outcome, json: json)
        if let signal = application.signal {
            throw CommandFailure(exitCode: signal.exitCode, text: "elbo: stopped by a signal; `elbo resume \(plan.name)` goes on")
        }
        if outcome.state == .failed { throw CommandFailure.failed("\(plan.name): \(outcome.reason ?? "failed")") }
    }

    private static func printResult(_ outcome: RunOutcome, json: Bool) {
        print(json ? outcome.summary.indentedText : SummaryText.lines(outcome.summary).joined(separator: "\n"))
    }

    func handle(_ event: LoopEvent, in loop: EventLoop) -> FrameDemand {
        switch event {
        case .wake:
            takeEvents()
            if run.ended != nil { loop.stop() }
        case .signal(.user):
            run.control.requestCheckpoint()
        case .signal(let signal):
            // The first one asks for a clean end; a second one of the same kind does not wait for it.
            if self.signal != nil { exit(signal.exitCode) }
            self.signal = signal
            run.control.stop(reason: "stopped by a signal")
        default:
            break
        }
        return .none
    }

    func frame(size: ScreenSize, capabilities: Capabilities) -> CellBuffer {
        CellBuffer(height: size.rows, width: size.columns, capabilities: capabilities)
    }

    /// Prints what happened since the last look.
    func takeEvents() {
        let update = run.feed.drain()
        for event in update.events {
            switch event {
            case .metrics(_, _, let values):
                for value in values { newest[value.name] = value.value }
            case .stage(let step, let name, let index, let count):
                printError("step \(step): stage \(index + 1) of \(count), \(name)")
            case .message(let step, let level, let text):
                printError("step \(step): \(level.rawValue): \(text.printable(limit: 500))")
            case .layers, .costGraph, .evaluation, .progress:
                break
            }
        }
        guard let progress = update.progress else { return }
        let now = Date()
        if firstStep == nil { firstStep = progress.step }
        let isLast = progress.step == progress.totalSteps
        guard isLast || now.timeIntervalSince(lastPrint) >= Self.interval else { return }
        lastPrint = now
        printError(line(progress, seconds: now.timeIntervalSince(started)))
    }

    private func line(_ progress: Progress, seconds: Double) -> String {
        var parts = ["step \(progress.step)" + (progress.totalSteps.map { "/\($0)" } ?? "")]
        parts.append(String(format: "epoch %.2f", progress.epoch))
        parts.append(progress.stage)
        for name in ["train/crossEntropy", "test/error", "cost/macsRatio"] {
            if let value = newest[name] { parts.append("\(name) \(SummaryText.number(value))") }
        }
        let done = progress.step - (firstStep ?? 0)
        if let total = progress.totalSteps, done > 0 {
            let left = Double(total - progress.step) * seconds / Double(done)
            parts.append("ETA \(SummaryText.duration(left))")
        }
        return parts.joined(separator: "  ")
    }
}
