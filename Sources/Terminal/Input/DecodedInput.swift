// SPDX-License-Identifier: Apache-2.0
// What the bytes of a terminal can mean: something that a person did, or an answer to a question of ours.

public import Screen

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
public enum DecodedInput: Hashable, Sendable {
    /// Somebody did something.
    ///
    /// Lines of pasted text end in a newline; its other control characters are kept for the receiver to judge. With
    /// Control a character is the unshifted letter (Ctrl-C is `c`).
    case event(InputEvent)
    /// The terminal answered.
    case reply(TerminalReply)

    /// A key that was pressed.
    static func key(_ key: Key, _ modifiers: KeyPress.Modifiers = []) -> DecodedInput {
        .event(.key(KeyPress(key, modifiers)))
    }

    /// A key that types a character.
    static func key(_ character: Character, _ modifiers: KeyPress.Modifiers = []) -> DecodedInput {
        .key(.character(character), modifiers)
    }
}
