// SPDX-License-Identifier: Apache-2.0
// Screens as text files. They are written only on request, and writing fails the run, so that nobody records by accident.

import Foundation
import Screen
import Testing

/// Compares a picture with `Tests/Golden/Workbench/<name>.txt`.
///
/// With `ELBO_RECORD_GOLDEN` in the environment the file is written and the test fails.
func expectGolden(_ buffer: CellBuffer, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden/Workbench")
    let file = folder.appendingPathComponent(name + ".txt")
    let text = buffer.text() + "\n"
    if ProcessInfo.processInfo.environment["ELBO_RECORD_GOLDEN"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record("recorded \(name)", sourceLocation: sourceLocation)
        return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    let (have, want) = (
        text.split(separator: "\n", omittingEmptySubsequences: false),
        expected.split(separator: "\n", omittingEmptySubsequences: false)
    )
    for row in 0..<max(have.count, want.count) {
        let (own, other) = (row < have.count ? have[row] : "", row < want.count ? want[row] : "")
        #expect(own == other, "\(name), row \(row)", sourceLocation: sourceLocation)
    }
}
