// SPDX-License-Identifier: Apache-2.0
// Ranges in the words of a message, and the nearest name to a mistyped one.

/// A range as it follows the words "a number": ` from 0 to 1`, ` of at least 1`, or nothing for an unbounded one.
func describe<Bound: Comparable & LosslessStringConvertible>(_ range: some RangeExpression<Bound>) -> String {
    switch range {
    case let range as ClosedRange<Bound>:
        switch (lowest(range.lowerBound), highest(range.upperBound)) {
        case (nil, nil): ""
        case (let low?, nil): low.isExclusive ? " above \(low.text)" : " of at least \(low.text)"
        case (nil, let high?): " of at most \(high)"
        case (let low?, let high?):
            low.isExclusive ? " above \(low.text), up to \(high)" : " from \(low.text) to \(high)"
        }
    case let range as Range<Bound>:
        " from \(number(range.lowerBound)) to below \(number(range.upperBound))"
    case let range as PartialRangeFrom<Bound>:
        lowest(range.lowerBound).map { $0.isExclusive ? " above \($0.text)" : " of at least \($0.text)" } ?? ""
    case let range as PartialRangeThrough<Bound>:
        highest(range.upperBound).map { " of at most \($0)" } ?? ""
    case let range as PartialRangeUpTo<Bound>:
        " below \(number(range.upperBound))"
    default: ""
    }
}

/// A value inside the range, to go on with after a problem was recorded.
func anyElement<Bound: Comparable>(of range: some RangeExpression<Bound>, near preferred: Bound) -> Bound {
    if range.contains(preferred) { return preferred }
    return switch range {
    case let range as ClosedRange<Bound>: range.lowerBound
    case let range as Range<Bound>: range.lowerBound
    case let range as PartialRangeFrom<Bound>: range.lowerBound
    case let range as PartialRangeThrough<Bound>: range.upperBound
    default: preferred
    }
}

/// The lower bound in words.
///
/// `leastNonzeroMagnitude` is how Swift's ranges say "above 0".
private func lowest<Bound: LosslessStringConvertible>(_ bound: Bound) -> (text: String, isExclusive: Bool)? {
    if let bound = bound as? Double {
        if bound == -.infinity || bound == -.greatestFiniteMagnitude { return nil }
        if bound == .leastNonzeroMagnitude || bound == .leastNormalMagnitude { return ("0", true) }
    }
    if let bound = bound as? Int, bound == .min { return nil }
    return (number(bound), false)
}

private func highest<Bound: LosslessStringConvertible>(_ bound: Bound) -> String? {
    if let bound = bound as? Double, bound == .infinity || bound == .greatestFiniteMagnitude { return nil }
    if let bound = bound as? Int, bound == .max { return nil }
    return number(bound)
}

/// A number without a needless `.0`.
private func number<Bound: LosslessStringConvertible>(_ bound: Bound) -> String {
    let text = String(describing: bound)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// The known name a mistyped one most likely stands for: at most a third of its letters differ, case not counted.
///
/// - Returns: `nil` when no name is that near; the first of several equally near ones.
public func nearestName(to name: String, among names: [String]) -> String? {
    guard name.count <= 64 else { return nil }
    let written = Array(name.lowercased())
    var best: (name: String, distance: Int)?
    for candidate in names {
        let distance = editDistance(written, Array(candidate.lowercased()))
        let allowed = max(1, max(written.count, candidate.count) / 3)
        if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var distance = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforePrevious[j - 1] + 1) }
            row.append(distance)
        }
        (beforePrevious, previous) = (previous, row)
    }
    return previous[b.count]
}
