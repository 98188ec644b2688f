// SPDX-License-Identifier: Apache-2.0
// What a terminal can tell: keys, mouse, focus, pasted text and answers to questions. Plain values, no decoding here.

/// A key, without its modifiers.
public enum Key: Hashable, Sendable {
    /// A key that types a character; with `control` always the unshifted letter (`Ctrl-C` is `"c"`).
    case character(Character)
    /// Enter or Return.
    case enter
    /// Tab; Shift-Tab is `tab` with `shift`.
    case tab
    /// Backspace, whichever of the two codes the terminal sends.
    case backspace
    /// Forward delete.
    case delete
    /// Insert.
    case insert
    /// Escape pressed on its own.
    case escape
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// F1 is `function(1)`.
    case function(Int)
}

/// Modifier keys held while another key or mouse button was used.
public struct KeyModifiers: OptionSet, Hashable, Sendable {
    /// The bits, in the order in which terminals report them.
    public let rawValue: UInt8

    /// Creates a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Shift; not reported for characters, where it shows in the character itself.
    public static let shift = KeyModifiers(rawValue: 1)
    /// Alt, also called Option or Meta.
    public static let alt = KeyModifiers(rawValue: 2)
    /// Control.
    public static let control = KeyModifiers(rawValue: 4)
}

/// One press of a key.
public struct KeyPress: Hashable, Sendable {
    /// The key.
    public var key: Key
    /// What was held with it.
    public var modifiers: KeyModifiers

    /// Creates a key press.
    public init(_ key: Key, _ modifiers: KeyModifiers = []) {
        self.key = key
        self.modifiers = modifiers
    }

    /// Creates the press of a character key.
    public init(_ character: Character, _ modifiers: KeyModifiers = []) {
        self.init(.character(character), modifiers)
    }
}

/// One report of the mouse.
public struct MouseEvent: Hashable, Sendable {
    /// What the mouse did.
    public enum Action: Hashable, Sendable {
        /// A button went down.
        case press
        /// A button went up.
        case release
        /// The pointer moved while a button was held.
        case drag
        /// The pointer moved with no button held.
        case move
        /// The wheel turned away from the user.
        case scrollUp
        /// The wheel turned towards the user.
        case scrollDown
        /// The wheel was tilted to the left.
        case scrollLeft
        /// The wheel was tilted to the right.
        case scrollRight
    }

    /// A mouse button.
    public enum Button: Hashable, Sendable {
        /// The main button.
        case left
        /// The wheel as a button.
        case middle
        /// The secondary button.
        case right
        /// No button, or one that the protocol does not name.
        case none
    }

    /// What happened.
    public var action: Action
    /// The button concerned; `none` for moves and the wheel.
    public var button: Button
    /// Cell column, 0 at the left.
    public var column: Int
    /// Cell row, 0 at the top.
    public var row: Int
    /// What was held on the keyboard.
    public var modifiers: KeyModifiers

    /// Creates a report.
    public init(_ action: Action, _ button: Button = .none, column: Int, row: Int, modifiers: KeyModifiers = []) {
        self.action = action
        self.button = button
        self.column = column
        self.row = row
        self.modifiers = modifiers
    }
}

/// An answer of the terminal to a question of ours.
public enum TerminalReply: Hashable, Sendable {
    /// Device attributes: comes after all answers to earlier questions, so it says which of them stay unanswered.
    case deviceAttributes
    /// Device status: the terminal has read everything sent before the question.
    case ready
    /// Whether a private mode is known (1 set, 2 reset, 3 and 4 fixed, 0 unknown).
    case mode(Int, state: Int)
    /// Background colour, each part in [0, 1].
    case background(red: Double, green: Double, blue: Double)
}

/// One thing that the terminal told.
public enum InputEvent: Hashable, Sendable {
    /// A key was pressed.
    case key(KeyPress)
    /// The mouse was used.
    case mouse(MouseEvent)
    /// The terminal window gained (true) or lost (false) the focus.
    case focus(Bool)
    /// Text was pasted; lines end in a newline, other control characters are kept for the receiver to judge.
    case paste(String)
    /// The terminal answered.
    case reply(TerminalReply)
}
