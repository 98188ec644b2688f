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
    private var printer = ProgressLines()
    private var signal: TerminalSignal?
    let theme = Theme()

    init(_ run: RunHandle) {
        self.run = run
    }

    /// Runs a plan to its end and prints the result.
    static func perform(_ plan: RunPlan, resuming: Bool, json: Bool) throws {
        let loop = try EventLoop(signals: SignalSource(), screen: nil)
        let handle = loop.wakeHandle
        let run =
            resuming
            ? try RunHandle.resume(plan, wake: { handle.wake() }) : try RunHandle.start(plan, wake: { handle.wake() })
        printError("\(plan.name): \(plan.title)")
        let application = HeadlessRun(run)
        loop.run(application)
        let outcome = run.wait()
        application.takeEvents()
        printResult(outcome, json: json)
        if let signal = application.signal {
            throw CommandFailure(
                exitCode: signal.exitCode, text: "elbo: stopped by a signal; `elbo resume \(plan.name)` goes on")
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
            // The first one asks for a clean end; a second one does not wait for it.
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
        printer.print(run.feed.drain())
    }
}
