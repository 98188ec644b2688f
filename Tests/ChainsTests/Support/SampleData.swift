// SPDX-License-Identifier: Apache-2.0
// The classification data of logistic regression: the files where they are at hand, and a small set made here.

import Chains
import Glibc

/// The folder `uci` with real data, in $ELBO_DATA or in ../shared/data beside the package, or `nil`.
let dataFolder: String? = {
    let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    let beside = ["\(package)/../shared/data", "\(package)/../../shared/data"]
    let named = getenv("ELBO_DATA").map { [String(cString: $0)] }
    return (named ?? beside).map { "\($0)/uci" }.first { access("\($0)/heart.dat", R_OK) == 0 }
}()

/// The rows of a file of numbers separated by spaces.
private func rows(of path: String) -> [[Double]] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var rows: [[Double]] = []
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let row = text.split { $0 == " " || $0 == "\n" || $0 == "\r" }.compactMap { Double($0) }
        if !row.isEmpty { rows.append(row) }
    }
    return rows
}

/// The posterior of a file whose last column is the label, `positive` for 1.
func posterior(of file: String, positive: Double) throws -> LogisticRegression {
    let table = rows(of: "\(dataFolder ?? "")/\(file)")
    return try LogisticRegression(
        features: table.flatMap { $0.dropLast() }, labels: table.map { $0.last == positive ? 1 : 0 })
}

/// A posterior of 23 objects with three features, the second of them constant; 23 is no multiple of four.
func smallPosterior() throws -> LogisticRegression {
    let features = (0..<23).flatMap { i -> [Double] in [Double(i % 7) - 2, 5, Double((i * i) % 11) * 0.5] }
    return try LogisticRegression(features: features, labels: (0..<23).map { ($0 * 5) % 3 == 0 ? 1 : 0 })
}
