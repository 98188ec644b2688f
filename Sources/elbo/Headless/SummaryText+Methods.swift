// SPDX-License-Identifier: Apache-2.0
// The ways to predict of a result, compared in a table.

import EngineKit

extension SummaryText {
    /// One line per method, with a header; none when the result compares no methods.
    static func methods(_ summary: JSONObject) -> [String] {
        let columns = [
            ("error", "error %"), ("nll", "NLL"), ("ece", "ECE"), ("auroc", "AUROC"), ("fpr95", "FPR95"),
            ("cdfOut05", "out ≤ 0.5"),
        ]
        let rows = (summary["methods"]?.array ?? []).compactMap(\.object).map { method in
            ["name", "members", "draws"].map { method[$0].flatMap(plain) ?? "" }
                + columns.map { key, _ in
                    // What is undefined, as without images of another kind, leaves its place empty.
                    method[key]?.number.flatMap { $0.isFinite ? number($0) : nil } ?? "–"
                }
        }
        if rows.isEmpty { return [] }
        return TextTable.lines(header: ["method", "members", "draws"] + columns.map(\.1), rows).map { "  " + $0 }
    }
}
