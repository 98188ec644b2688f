// SPDX-License-Identifier: Apache-2.0
// Comparison of drawn widgets with drawings: short ones stand in the test, large ones in files.

import Foundation
import Screen
import Testing

/// Expects a widget to look like a drawing; spaces at line ends do not count.
func expectDrawing(
    _ widget: any Widget, height: Int, width: Int, capabilities: Capabilities = Capabilities(), _ expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let actual = widget.rendered(height: height, width: width, capabilities: capabilities).text()
    let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
    if actual != wanted {
        Issue.record("drawn:\n\(actual)\nexpected:\n\(wanted)", sourceLocation: sourceLocation)
    }
}

/// Expects a buffer to equal the drawing in `Tests/Golden/Screen/<name>.txt`: its text, its styles and their legend.
///
/// With ELBO_RECORD=1 the file is written anew, and the test fails, so that recording never passes for testing.
func expectGolden(_ buffer: CellBuffer, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let map = buffer.styleMap()
    let legend = map.legend.map { "\($0.letter) \($0.meaning)" }
    let actual = (buffer.lines() + ["--- styles"] + map.lines + ["--- legend"] + legend).joined(separator: "\n") + "\n"
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden/Screen")
    let file = folder.appendingPathComponent(name + ".txt")
    if ProcessInfo.processInfo.environment["ELBO_RECORD"] == "1" {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try actual.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name); run again without ELBO_RECORD", sourceLocation: sourceLocation)
        } catch {
            Issue.record("cannot record \(name): \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    guard let expected = try? String(contentsOf: file, encoding: .utf8) else {
        Issue.record("no drawing \(name); record it with ELBO_RECORD=1", sourceLocation: sourceLocation)
        return
    }
    if actual != expected {
        let differences = zip(actual.split(separator: "\n"), expected.split(separator: "\n")).enumerated()
            .filter { $1.0 != $1.1 }.prefix(8).map { "line \($0 + 1)\n  drawn    \($1.0)\n  expected \($1.1)" }
        Issue.record("\(name) differs:\n\(differences.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }
}
