// SPDX-License-Identifier: Apache-2.0
// Comparisons of numbers that say index, both values and the difference when they fail.

public import Testing

/// Expects `actual` to equal `expected` up to a relative or an absolute tolerance, whichever is wider.
public func expectClose(
    _ actual: Double, _ expected: Double, relative: Double = 0, absolute: Double = 0, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if actual == expected || (actual.isNaN && expected.isNaN) { return }
    let difference = abs(actual - expected)
    let allowed = max(absolute, relative * abs(expected))
    #expect(
        difference <= allowed, "\(what) is \(actual), expected \(expected), difference \(difference) > \(allowed)",
        sourceLocation: sourceLocation)
}

/// Expects two lists to agree element by element; reports only the worst element.
public func expectClose<T: BinaryFloatingPoint>(
    _ actual: [T], _ expected: [T], relative: Double = 0, absolute: Double = 0, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.count == expected.count, "\(what) has \(actual.count) elements", sourceLocation: sourceLocation)
    guard actual.count == expected.count else { return }
    var worst = (index: -1, excess: 0.0)
    for index in actual.indices {
        let (a, e) = (Double(actual[index]), Double(expected[index]))
        if a == e || (a.isNaN && e.isNaN) { continue }
        let excess = abs(a - e) - max(absolute, relative * abs(e))
        if !(excess <= 0), worst.index < 0 || !(excess <= worst.excess) { worst = (index, excess) }
    }
    if worst.index >= 0 {
        let (a, e) = (Double(actual[worst.index]), Double(expected[worst.index]))
        Issue.record(
            "\(what)[\(worst.index)] is \(a), expected \(e), difference \(abs(a - e))", sourceLocation: sourceLocation)
    }
}
