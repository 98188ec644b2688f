// SPDX-License-Identifier: Apache-2.0
// The result object as lines for people.

import EngineKit
import Foundation

/// Formats results.
enum SummaryText {
    /// The lines that `elbo run` and `elbo show` print.
    static func lines(_ summary: JSONObject) -> [String] {
        var lines: [String] = []
        func text(_ key: String) -> String? { summary[key].flatMap(plain) }
        lines.append("\(text("name") ?? "")  \(text("engine") ?? "")  \(text("state") ?? "")")
        if let title = text("title") { lines.append("  \(title)") }
        if let reason = text("reason") { lines.append("  \(reason)") }
        lines.append(
            "  \(text("steps") ?? "0") steps in \(duration(summary["seconds"]?.number ?? 0)) on \(text("threads") ?? "?") threads, seed \(text("seed") ?? "?")"
        )
        if let error = summary["testError"]?.number { lines.append("  test error      \(number(error)) %") }
        if let error = summary["compactTestError"]?.number {
            lines.append("  compact network \(number(error)) % test error")
        }
        if let error = summary["fineTunedTestError"]?.number {
            lines.append("  fine-tuned      \(number(error)) % test error")
        }
        lines += costs(summary)
        lines += methods(summary)
        lines += chains(summary)
        lines += (summary["latency"]?.array ?? []).compactMap { $0.object.flatMap(speed) }
        lines += (summary["cuts"]?.array ?? []).compactMap { $0.object.flatMap(cut) }
        if let difference = summary["compactMaxAbsDifference"]?.number {
            let relative = summary["compactMaxRelativeDifference"]?.number ?? .nan
            lines.append(
                String(format: "  masked–compact  %.2g largest logit difference, %.2g relative", difference, relative))
        }
        for layer in summary["layers"]?.array ?? [] {
            guard let layer = layer.object, let name = layer["name"].flatMap(plain),
                let units = layer["units"]?.wholeNumber, let survivors = layer["survivors"]?.wholeNumber
            else { continue }
            lines.append("  \(name.padding(toLength: 15, withPad: " ", startingAt: 0)) \(survivors) of \(units) units")
        }
        return lines
    }

    /// Multiply-accumulates and weights before and after.
    static func costs(_ summary: JSONObject) -> [String] {
        [("macs", "MACs"), ("parameters", "weights")].compactMap { key, name in
            guard let full = summary[key]?.wholeNumber, let compact = summary["\(key)Compact"]?.wholeNumber else {
                return nil
            }
            let ratio = compact > 0 ? "\(number(Double(full) / Double(compact)))x fewer" : "nothing left"
            return "  \(name.padding(toLength: 15, withPad: " ", startingAt: 0)) \(full) → \(compact)  (\(ratio))"
        }
    }

    private static func speed(_ latency: JSONObject) -> String? {
        guard let batch = latency["batch"]?.wholeNumber, let ratio = latency["ratio"]?.number,
            let dense = latency["denseMilliseconds"]?.number, let compact = latency["compactMilliseconds"]?.number
        else { return nil }
        let quartiles = latency["ratioQuartiles"]?.array?.compactMap(\.number) ?? []
        let spread = quartiles.count == 2 ? ", quartiles \(number(quartiles[0]))–\(number(quartiles[1]))" : ""
        let times = "\(number(dense)) → \(number(compact)) ms"
        return "  measured speed  \(number(ratio))x the dense network, batch \(batch)\(spread): \(times)"
    }

    private static func cut(_ cut: JSONObject) -> String? {
        guard let rule = cut["rule"].flatMap(plain), let error = cut["testError"]?.number,
            let macs = cut["macs"]?.wholeNumber
        else { return nil }
        return "  cut by \(rule): \(number(error)) % test error at \(macs) MACs"
    }

    /// Four significant digits, no exponent for everyday sizes.
    static func number(_ value: Double) -> String { String(format: "%.4g", value) }

    /// `12 s`, `3 min 20 s`, `2 h 5 min`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "?" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return seconds < 10 ? String(format: "%.1f s", seconds) : "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    static func plain(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.printable(limit: 500)
        case .integer(let number): "\(number)"
        case .real(let number): self.number(number)
        case .boolean(let flag): "\(flag)"
        case .null, .array, .object: nil
        }
    }
}
