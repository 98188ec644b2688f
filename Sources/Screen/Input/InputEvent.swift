// SPDX-License-Identifier: Apache-2.0
// What a person does at a terminal, after decoding: the only input that screens know.

/// One thing done at the terminal.
public enum InputEvent: Sendable, Hashable {
    /// A key with its modifiers.
    case key(KeyPress)
    /// Text pasted in one go; never interpreted as keys.
    case paste(String)
    /// A mouse button, the wheel or a movement, in cells from the upper left corner, from 0.
    case mouse(MouseEvent)
    /// The terminal gained or lost the focus.
    case focus(Bool)
}

/// A key with its modifiers; shift is part of the character for printing characters.
public struct KeyPress: Sendable, Hashable {
    /// Which key.
    public var key: Key
    /// Modifiers held.
    public var modifiers: Modifiers

    /// Creates a key press.
    public init(_ key: Key, _ modifiers: Modifiers = []) {
        self.key = key
        self.modifiers = modifiers
    }

    /// Modifier keys.
    public struct Modifiers: OptionSet, Sendable, Hashable {
        /// One bit per modifier.
        public let rawValue: UInt8
        /// Creates a set from bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Shift, only where the character does not say it.
        public static let shift = Modifiers(rawValue: 1)
        /// Alt or Meta.
        public static let alternate = Modifiers(rawValue: 2)
        /// Control.
        public static let control = Modifiers(rawValue: 4)
    }
}

/// A key.
public enum Key: Sendable, Hashable {
    /// A printing character, as typed.
    case character(Character)
    /// Enter.
    case enter
    /// Escape.
    case escape
    /// Tab; with shift for back-tab.
    case tab
    /// Backspace.
    case backspace
    /// Delete.
    case delete
    /// Insert.
    case insert
    /// Cursor up.
    case up
    /// Cursor down.
    case down
    /// Cursor left.
    case left
    /// Cursor right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// A function key from 1.
    case function(Int)
}

/// A mouse event in cells.
public struct MouseEvent: Sendable, Hashable {
    /// What happened.
    public var kind: Kind
    /// Row from 0.
    public var row: Int
    /// Column from 0.
    public var column: Int

    /// What a mouse does.
    public enum Kind: Sendable, Hashable {
        /// A button went down, from 1.
        case press(Int)
        /// A button went up, from 1.
        case release(Int)
        /// Moved with a button held, from 1.
        case drag(Int)
        /// Wheel away from the user.
        case wheelUp
        /// Wheel toward the user.
        case wheelDown
    }

    /// Creates an event.
    public init(_ kind: Kind, row: Int, column: Int) {
        self.kind = kind
        self.row = row
        self.column = column
    }
}
