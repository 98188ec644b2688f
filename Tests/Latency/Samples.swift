// SPDX-License-Identifier: Apache-2.0
// Times of many keys as a line of a table.

import Foundation

/// Times in milliseconds.
struct Samples {
    private var times: [Double] = []
    /// Keys that were never answered.
    private(set) var unanswered = 0

    mutating func add(_ milliseconds: Double?) {
        if let milliseconds { times.append(milliseconds) } else { unanswered += 1 }
    }

    static let heading = columns("", "key to", "p50", "p90", "p99", "max", "n")

    /// One line of the table.
    func row(_ name: String, _ what: String) -> String {
        let sorted = times.sorted()
        func quantile(_ share: Double) -> String {
            guard !sorted.isEmpty else { return "-" }
            let index = min(sorted.count - 1, Int(share * Double(sorted.count)))
            return String(format: "%.2f", sorted[index])
        }
        let count = unanswered == 0 ? "\(sorted.count)" : "\(sorted.count), \(unanswered) unanswered"
        return Self.columns(name, what, quantile(0.5), quantile(0.9), quantile(0.99), quantile(1), count)
    }

    private static func columns(
        _ name: String, _ what: String, _ p50: String, _ p90: String, _ p99: String, _ most: String, _ count: String
    ) -> String {
        func pad(_ text: String, _ width: Int, right: Bool = true) -> String {
            let blank = String(repeating: " ", count: max(0, width - text.count))
            return right ? blank + text : text + blank
        }
        return pad(name, 12, right: false) + pad(what, 16, right: false) + pad(p50, 8) + pad(p90, 8) + pad(p99, 8)
            + pad(most, 8) + "  " + count
    }
}
