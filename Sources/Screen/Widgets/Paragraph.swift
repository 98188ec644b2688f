// SPDX-License-Identifier: Apache-2.0
// Text that wraps at words.

/// Lines of text that wrap at spaces, with a first visible line.
public struct Paragraph: Widget {
    /// The lines before wrapping.
    public var lines: [[StyledText]]
    /// Wrapped lines above the area.
    public var scroll: Int

    /// Creates a paragraph of one look; newlines start new lines.
    public init(_ text: String, _ style: Style = .plain, scroll: Int = 0) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { [StyledText(String($0), style)] }
        self.scroll = scroll
    }

    /// Creates a paragraph of several looks.
    public init(lines: [[StyledText]], scroll: Int = 0) {
        self.lines = lines
        self.scroll = scroll
    }

    /// Draws the lines from `scroll` on.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let visible = wrapped(width: area.width).dropFirst(max(0, scroll)).prefix(area.height)
        for (offset, line) in visible.enumerated() {
            buffer.write(
                line, at: Position(row: area.top + offset, column: area.left), maximumWidth: area.width)
        }
    }

    /// The lines as they stand in `width` columns; words longer than that are cut.
    public func wrapped(width: Int) -> [[StyledText]] {
        guard width > 0 else { return [] }
        return lines.flatMap { wrap($0, width: width) }
    }

    private func wrap(_ line: [StyledText], width: Int) -> [[StyledText]] {
        var result: [[StyledText]] = []
        var current: [StyledText] = []
        var used = 0
        func isBlank(_ piece: StyledText) -> Bool { piece.text.allSatisfy { $0 == " " } }
        for word in line.flatMap(words) {
            var word = word
            if used + word.columns > width && used > 0 && !isBlank(word) {
                while let last = current.last, isBlank(last) { current.removeLast() }
                result.append(current)
                current = []
                used = 0
            }
            while word.columns > width {
                let head = prefix(of: word.text, columns: width)
                if head.isEmpty { break }
                result.append([StyledText(head, word.style)])
                word.text = String(word.text.unicodeScalars.dropFirst(head.unicodeScalars.count))
            }
            if isBlank(word) && used + word.columns > width { continue }
            current.append(word)
            used += word.columns
        }
        return result + [current]
    }

    /// Words and the runs of spaces between them, alternating.
    private func words(of piece: StyledText) -> [StyledText] {
        var result: [StyledText] = []
        for character in piece.text {
            if let last = result.last?.text.last, (last == " ") == (character == " ") {
                result[result.count - 1].text.append(character)
            } else {
                result.append(StyledText(String(character), piece.style))
            }
        }
        return result
    }

    /// The longest start of `text` that takes at most `columns` columns once made safe; empty when none fits.
    private func prefix(of text: String, columns: Int) -> String {
        var scalars = String.UnicodeScalarView()
        var used = 0
        for scalar in text.unicodeScalars {
            used += SafeText.columns(of: String(scalar))
            if used > columns { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
