// SPDX-License-Identifier: Apache-2.0
// The byte strings that take a terminal over and give it back. Written directly, never through ncurses, so that the
// same prepared bytes serve quitting, suspending and crashing.

/// Strings for one terminal; pure data, decided from its description.
struct TerminalModes: Equatable {
    /// Takes the screen over: alternate screen, cursor hidden, paste and focus reported.
    let enter: [UInt8]
    /// Undoes everything that any of the other strings did, whatever was sent before, half a sequence included.
    let leave: [UInt8]
    /// Reports of presses, drags and the wheel with SGR coordinates.
    let mouseOn: [UInt8]
    let mouseOff: [UInt8]
    let hideCursor: [UInt8]
    let showCursor: [UInt8]
    /// Asks for synchronised output and the background colour, then for the device attributes, which every terminal
    /// answers, so that missing answers are known to be missing; empty where asking may leave marks on the screen.
    let questions: [UInt8]
    /// Asks the terminal to say when it has read everything up to here; empty like `questions`.
    let askReady: [UInt8]

    /// Begins and ends a frame that the terminal shows in one go.
    static let beginFrame = Array("\u{1B}[?2026h".utf8)
    static let endFrame = Array("\u{1B}[?2026l".utf8)
    /// The private mode of synchronised output.
    static let synchronisedOutput = 2026

    /// Prepares the strings.
    ///
    /// Terminals without an alternate screen (VT100, the Linux console) are sent no private modes and no questions:
    /// old ones would print parts of them.
    init(_ description: TerminalDescription, environment: [String: String]) {
        let isModern = description.enterAlternateScreen != nil
        // Terminal.app prints the end of a mode question.
        let answers = isModern && environment["TERM_PROGRAM"] != "Apple_Terminal"
        func bytes(_ parts: String?...) -> [UInt8] { parts.reduce(into: []) { $0 += Array(($1 ?? "").utf8) } }

        enter = bytes(
            description.enterAlternateScreen, isModern ? "\u{1B}[?2004h\u{1B}[?1004h" : nil, description.hideCursor)
        mouseOn = isModern ? bytes("\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h") : []
        mouseOff = isModern ? bytes("\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l") : []
        // CAN ends a sequence that was cut off; the modes after it are off already or go off now.
        leave = bytes(
            isModern ? "\u{18}\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l\u{1B}[?1004l\u{1B}[?2004l" : nil,
            description.enableAutowrap, description.leaveInsertMode, description.resetAttributes,
            description.resetColors, isModern ? nil : description.clear, description.showCursor,
            description.leaveAlternateScreen)
        hideCursor = bytes(description.hideCursor)
        showCursor = bytes(description.showCursor)
        questions = answers ? bytes("\u{1B}[?2026$p\u{1B}]11;?\u{1B}\\\u{1B}[c") : []
        askReady = answers ? bytes("\u{1B}[5n") : []
    }
}
