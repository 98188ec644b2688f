// SPDX-License-Identifier: Apache-2.0
// Progress as plain lines on standard error, for runs of this process and of others.

import EngineKit
import Foundation

/// Prints news of a run, at most one line of progress every other second.
struct ProgressLines {
    private let started = Date()
    private var firstStep: Int?
    private var lastStep: Int?
    private var lastPrint = Date.distantPast
    private var newest: [String: Double] = [:]

    /// Seconds between two lines of progress.
    private static let interval = 2.0
    /// The metrics a line shows, of those the engine has.
    private static let shown = ["train/crossEntropy", "test/error", "cost/macsRatio"]

    /// Prints what an update brings.
    mutating func print(_ update: EventFeed.Update) {
        for event in update.events {
            switch event {
            case .metrics(_, _, let values):
                for value in values { newest[value.name] = value.value }
            case .stage(let step, let name, let index, let count):
                printError("step \(step): stage \(index + 1) of \(count), \(name.printable(limit: 60))")
            case .message(let step, let level, let text):
                printError("step \(step): \(level.rawValue): \(text.printable(limit: 500))")
            case .layers, .costGraph, .evaluation, .record, .progress:
                break
            }
        }
        guard let progress = update.progress, progress.step != lastStep else { return }
        let now = Date()
        if firstStep == nil { firstStep = progress.step }
        guard progress.step == progress.totalSteps || now.timeIntervalSince(lastPrint) >= Self.interval else { return }
        lastPrint = now
        lastStep = progress.step
        printError(line(progress, seconds: now.timeIntervalSince(started)))
    }

    private func line(_ progress: EngineKit.Progress, seconds: Double) -> String {
        var parts = ["step \(progress.step)" + (progress.totalSteps.map { "/\($0)" } ?? "")]
        parts.append(String(format: "epoch %.2f", progress.epoch))
        parts.append(progress.stage)
        for name in Self.shown {
            if let value = newest[name] { parts.append("\(name) \(SummaryText.number(value))") }
        }
        let done = progress.step - (firstStep ?? 0)
        if let total = progress.totalSteps, done > 0, progress.step < total {
            let left = Double(total - progress.step) * seconds / Double(done)
            parts.append("ETA \(SummaryText.duration(left))")
        }
        return parts.joined(separator: "  ")
    }
}
