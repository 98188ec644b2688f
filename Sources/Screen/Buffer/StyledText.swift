// SPDX-License-Identifier: Apache-2.0
// A piece of text with one look; lines of mixed looks are arrays of these.

/// Text with a style.
public struct StyledText: Hashable, Sendable {
    /// The text.
    public var text: String
    /// Its look.
    public var style: Style

    /// Creates a piece of text.
    public init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }

    /// Creates a piece of text that has a meaning.
    public init(_ text: String, _ role: Role) { self.init(text, Style(role)) }

    /// Columns that the text takes.
    public var columns: Int { SafeText.columns(of: text) }
}
