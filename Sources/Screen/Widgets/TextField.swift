// SPDX-License-Identifier: Apache-2.0
// One line of text that is being typed, with a cursor.

/// Typed text and cursor.
///
/// Survives between frames.
public struct TextFieldState: Hashable, Sendable {
    /// The text.
    public private(set) var characters: [Character]
    /// Characters before the cursor.
    public private(set) var cursor: Int

    /// Creates a state with the cursor at the end.
    public init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    /// The typed text.
    public var text: String { String(characters) }

    /// Inserts text before the cursor; line breaks become spaces, since pasted text must not run commands.
    public mutating func insert(_ text: String) {
        // Setting the whole text joins combining marks with what stands before them.
        let added = text.map { $0.isNewline ? " " : $0 }
        let tail = characters[cursor...]
        characters = Array(String(characters[..<cursor]) + String(added))
        cursor = characters.count
        characters += tail
    }

    /// Moves the cursor by characters, within the text.
    public mutating func move(by step: Int) {
        cursor =
            step < 0
            ? max(0, cursor + max(step, -characters.count))
            : min(characters.count, cursor + min(step, characters.count))
    }

    /// Moves the cursor to the start.
    public mutating func moveToStart() { cursor = 0 }
    /// Moves the cursor to the end.
    public mutating func moveToEnd() { cursor = characters.count }

    /// Removes the character before the cursor; returns false when there was none.
    @discardableResult
    public mutating func deleteBackward() -> Bool {
        guard cursor > 0 else { return false }
        cursor -= 1
        characters.remove(at: cursor)
        return true
    }

    /// Removes the character after the cursor, if any.
    public mutating func deleteForward() {
        if cursor < characters.count { characters.remove(at: cursor) }
    }

    /// Removes the word before the cursor with the spaces after it.
    public mutating func deleteWord() {
        while cursor > 0 && characters[cursor - 1] == " " { deleteBackward() }
        while cursor > 0 && characters[cursor - 1] != " " { deleteBackward() }
    }

    /// Removes everything before the cursor.
    public mutating func deleteToStart() {
        characters.removeFirst(cursor)
        cursor = 0
    }

    /// Removes everything after the cursor.
    public mutating func deleteToEnd() { characters.removeLast(characters.count - cursor) }
}

/// A prompt, the typed text and a faint completion.
public struct TextField: Widget {
    /// What stands before the text, such as `:` or `/`.
    public var prompt: String
    /// Text and cursor.
    public var state: TextFieldState
    /// What Tab would add; drawn faintly after the text when the cursor is at its end.
    public var completion: String
    /// What is written while the text is empty.
    public var placeholder: String

    /// Creates a field.
    public init(prompt: String = "", state: TextFieldState, completion: String = "", placeholder: String = "") {
        self.prompt = prompt
        self.state = state
        self.completion = completion
        self.placeholder = placeholder
    }

    /// Draws into the first row and puts the terminal's cursor; long text scrolls so that the cursor is visible.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let row = area.row(0)
        guard row.width > 0 else { return }
        let promptWidth = buffer.write(prompt, at: row.origin, style: Style(.key), maximumWidth: max(0, row.width - 1))
        let field = row.splitLeft(promptWidth).rest
        let widths = state.characters.map { SafeText.columns(of: String($0)) }
        let before = widths[..<state.cursor].reduce(0, +)
        // Whole characters leave at the left until the cursor has a column of its own.
        var (first, hidden) = (0, 0)
        while before - hidden > field.width - 1 && first < state.cursor {
            hidden += widths[first]
            first += 1
        }
        let used = buffer.write(
            String(state.characters[first...]), at: field.origin, maximumWidth: field.width)
        let end = Position(row: row.top, column: field.left + used)
        if state.characters.isEmpty {
            buffer.write(placeholder, at: end, style: Style(.dim), maximumWidth: field.width)
        } else if state.cursor == state.characters.count {
            buffer.write(completion, at: end, style: Style(.dim), maximumWidth: field.right - end.column)
        }
        let cursor = Position(row: row.top, column: field.left + before - hidden)
        if buffer.clip.contains(cursor) { buffer.cursor = cursor }
    }
}
