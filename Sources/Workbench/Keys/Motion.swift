// SPDX-License-Identifier: Apache-2.0
// Moving about: the same keys on all screens, each screen says what they move.

import Screen

/// A movement of focus, selection or cursor.
enum Motion: Sendable, CaseIterable {
    case up, down, left, right
    case farLeft, farRight
    case halfPageUp, halfPageDown, pageUp, pageDown
    case first, last
    case next, previous

    /// Rows that the motion moves a selection in a list with `page` visible rows; `nil` for motions sideways.
    func rows(page: Int) -> Int? {
        switch self {
        case .up, .previous: -1
        case .down, .next: 1
        case .halfPageUp: -max(1, page / 2)
        case .halfPageDown: max(1, page / 2)
        case .pageUp: -max(1, page)
        case .pageDown: max(1, page)
        // Lists clamp, so any large number reaches the end without overflowing.
        case .first: -1_000_000_000
        case .last: 1_000_000_000
        case .left, .right, .farLeft, .farRight: nil
        }
    }
}

/// The keys that move.
let motionKeyBindings: [KeyBinding] = [
    motion("down", .down, ["j", .named(.down)], "down"),
    motion("up", .up, ["k", .named(.up)], "up"),
    motion("left", .left, ["h", .named(.left)], "left; the threshold down, the crosshair or coordinate back"),
    motion("right", .right, ["l", .named(.right)], "right; the threshold up, the crosshair or coordinate on"),
    motion("far-left", .farLeft, ["H", KeyPress(.left, .shift)], "ten to the left"),
    motion("far-right", .farRight, ["L", KeyPress(.right, .shift)], "ten to the right"),
    motion("half-page-down", .halfPageDown, [.control("d")], "half a page down"),
    motion("half-page-up", .halfPageUp, [.control("u")], "half a page up"),
    motion("page-down", .pageDown, [.named(.pageDown), .control("f")], "a page down"),
    motion("page-up", .pageUp, [.named(.pageUp), .control("b")], "a page up"),
    motion("first", .first, ["g", .named(.home)], "to the start"),
    motion("last", .last, ["G", .named(.end)], "to the end"),
    motion("next", .next, [.named(.tab)], "next pane or row"),
    motion("previous", .previous, [KeyPress(.tab, .shift)], "previous pane or row"),
]

private func motion(_ name: String, _ motion: Motion, _ keys: [KeyPress], _ summary: String) -> KeyBinding {
    KeyBinding("move.\(name)", .everywhere, keys, summary) { model in
        screenType(named: model.screen)?.move(motion, &model) ?? []
    }
}
