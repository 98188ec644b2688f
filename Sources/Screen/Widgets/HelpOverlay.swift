// SPDX-License-Identifier: Apache-2.0
// All keys of a screen, searchable, above the screen that they belong to.

/// Keys that belong together.
public struct HelpSection: Hashable, Sendable {
    /// The heading.
    public var title: String
    /// The keys.
    public var hints: [KeyHint]

    /// Creates a section.
    public init(_ title: String, _ hints: [KeyHint]) {
        self.title = title
        self.hints = hints
    }
}

/// A framed list of keys in as many columns as fit.
public struct HelpOverlay: Widget {
    /// The heading of the frame.
    public var title: String
    /// What to list.
    public var sections: [HelpSection]
    /// Only keys and actions that contain this text, in any case, are listed; empty lists all.
    public var filter: String
    /// Lines above the visible ones.
    public var scroll: Int

    /// Creates an overlay.
    public init(title: String, sections: [HelpSection], filter: String = "", scroll: Int = 0) {
        self.title = title
        self.sections = sections
        self.filter = filter
        self.scroll = scroll
    }

    /// Draws a frame in the middle of the area, large enough for the list if the area is.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let lines = lines()
        let width = max(24, lines.map { $0.reduce(0) { $0 + $1.columns } }.max() ?? 0)
        let across = max(1, min(3, (area.width - 4) / (width + 3)))
        let perColumn = (lines.count + across - 1) / across
        let frame = area.centered(
            height: min(max(1, perColumn), max(1, area.height)) + 2, width: across * (width + 3) + 1)
        let note = filter.isEmpty ? "" : "/" + filter
        let panel = Panel(title, note: note, isFocused: true, clears: true)
        panel.render(into: &buffer, in: frame)
        let content = panel.content(of: frame).inset(left: 1, right: 1)
        if lines.isEmpty {
            buffer.write("nothing matches", in: content, style: Style(.dim))
            return
        }
        let hidden = max(0, perColumn - content.height)
        let first = min(hidden, max(0, scroll))
        for (index, line) in lines.enumerated() {
            let row = index % perColumn - first
            guard row >= 0, row < content.height else { continue }
            let column = content.left + index / perColumn * (width + 3)
            buffer.write(
                line, at: Position(row: content.top + row, column: column),
                maximumWidth: min(width, content.right - column))
        }
        if hidden > 0 {
            ScrollMark(first: first, visible: content.height, count: perColumn)
                .render(into: &buffer, in: frame.splitRight(1).right.inset(top: 1, bottom: 1))
        }
    }

    /// Headings, keys and blank lines between sections, after filtering.
    private func lines() -> [[StyledText]] {
        var result: [[StyledText]] = []
        let keyWidth = sections.flatMap(\.hints).map { SafeText.columns(of: $0.key) }.max() ?? 0
        for section in sections {
            let matching = section.hints.filter { TextMatch.contains($0.key + " " + $0.action, filter) }
            guard !matching.isEmpty else { continue }
            if !result.isEmpty { result.append([]) }
            result.append([StyledText(section.title, .title)])
            for hint in matching {
                let padding = String(repeating: " ", count: keyWidth - SafeText.columns(of: hint.key) + 2)
                result.append([StyledText(hint.key + padding, .key), StyledText(hint.action, .text)])
            }
        }
        return result
    }
}

/// Search in text that does not depend on case.
enum TextMatch {
    /// Where `needle` occurs first, as a range of characters; `nil` when it does not.
    ///
    /// An empty needle matches at 0.
    static func range(of needle: String, in text: String) -> Range<Int>? {
        let (haystack, wanted) = (Array(text.lowercased()), Array(needle.lowercased()))
        guard wanted.count <= haystack.count else { return nil }
        for start in 0...haystack.count - wanted.count
        where haystack[start..<start + wanted.count].elementsEqual(wanted) {
            return start..<start + wanted.count
        }
        return nil
    }

    /// Whether every word of `needle` occurs in `text`.
    static func contains(_ text: String, _ needle: String) -> Bool {
        needle.split(separator: " ").allSatisfy { range(of: String($0), in: text) != nil }
    }
}
