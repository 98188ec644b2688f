// SPDX-License-Identifier: Apache-2.0
// The colours themselves. Nearly all lie on the 256-colour cube, so that 256 colours look designed, not degraded.

extension Palette {
    static let darkRoles: [Role: Entry] = [
        .text: Entry(),
        .dim: Entry(0x949494, ansi: 7, mono: .dim),
        .title: Entry(nil, .bold, mono: .bold),
        .axis: Entry(0xA8A8A8, ansi: 7),
        .border: Entry(0x6C6C6C, ansi: 8, mono: .dim),
        .focus: Entry(0x5FD7FF, ansi: 14, mono: .bold),
        .key: Entry(0xFFD75F, ansi: 11, .bold, mono: .bold),
        .good: Entry(0x5FD75F, ansi: 10),
        .warning: Entry(0xFFAF00, ansi: 11, mono: .underline),
        .bad: Entry(0xFF5F5F, ansi: 9, .bold, mono: [.bold, .underline]),
        .selection: Entry(0xFFFFFF, on: 0x303030, ansi: 15, onAnsi: 4, .bold, mono: .reverse),
        .raised: Entry(0xD0D0D0, on: 0x262626, ansi: 0, onAnsi: 7, mono: .reverse),
        .cursor: Entry(0xFFFFFF, ansi: 15, mono: .bold),
        .faint: Entry(0x585858, ansi: 8, mono: .dim),
    ]

    static let lightRoles: [Role: Entry] = [
        .text: Entry(),
        .dim: Entry(0x6C6C6C, ansi: 8, mono: .dim),
        .title: Entry(nil, .bold, mono: .bold),
        .axis: Entry(0x585858, ansi: 0),
        .border: Entry(0x808080, ansi: 8, mono: .dim),
        .focus: Entry(0x005FAF, ansi: 4, mono: .bold),
        .key: Entry(0x8700AF, ansi: 5, .bold, mono: .bold),
        .good: Entry(0x007000, ansi: 4),
        .warning: Entry(0x875F00, ansi: 5, mono: .underline),
        .bad: Entry(0xAF0000, ansi: 1, .bold, mono: [.bold, .underline]),
        .selection: Entry(0x000000, on: 0xD7D7FF, ansi: 15, onAnsi: 4, .bold, mono: .reverse),
        .raised: Entry(0x303030, on: 0xE4E4E4, ansi: 0, onAnsi: 7, mono: .reverse),
        .cursor: Entry(0x000000, ansi: 0, mono: .bold),
        .faint: Entry(0xBCBCBC, ansi: 7, mono: .dim),
    ]

    /// Curve colours in the order of use.
    var series: [Entry] {
        switch self {
        case .dark:
            return [
                Entry(0x5FAFFF, ansi: 12), Entry(0xFFAF5F, ansi: 11), Entry(0x5FD787, ansi: 10),
                Entry(0xFF87AF, ansi: 13), Entry(0xAF87FF, ansi: 14), Entry(0xFFFF5F, ansi: 15),
                Entry(0x5FD7D7, ansi: 9), Entry(0xD0D0D0, ansi: 7),
            ]
        case .light:
            return [
                Entry(0x005FD7, ansi: 4), Entry(0xAF5F00, ansi: 1), Entry(0x008700, ansi: 5),
                Entry(0xD7005F, ansi: 0), Entry(0x8700D7, ansi: 12), Entry(0x5F5F00, ansi: 8),
                Entry(0x008787, ansi: 4), Entry(0x444444, ansi: 1),
            ]
        // Found by a search over the cube for the largest smallest distance in OKLab between any two curves as seen
        // with normal, protanopic and deuteranopic vision (simulated after [MOF09]).
        case .safeDark:
            return [
                Entry(0x5FAFFF, ansi: 12), Entry(0xFFAF00, ansi: 11), Entry(0xAFFFFF, ansi: 15),
                Entry(0xAF8700, ansi: 13), Entry(0x875FFF, ansi: 14), Entry(0x5FD7AF, ansi: 10),
                Entry(0xFFFF00, ansi: 9), Entry(0x008787, ansi: 7),
            ]
        case .safeLight:
            return [
                Entry(0x005FD7, ansi: 4), Entry(0xAF5F00, ansi: 1), Entry(0x000000, ansi: 0),
                Entry(0x008787, ansi: 5), Entry(0x5F0000, ansi: 12), Entry(0x00005F, ansi: 8),
                Entry(0x0000AF, ansi: 4), Entry(0x005F87, ansi: 1),
            ]
        }
    }

    /// From nothing to most, lightness rising evenly, readable with all kinds of colour blindness (after viridis).
    static let darkHeat: [UInt32] = [
        0x1C1C1C, 0x262644, 0x30305F, 0x3A3F78, 0x3B518B, 0x33638D, 0x2C728E, 0x26828E,
        0x21918C, 0x1FA088, 0x28AE80, 0x3FBC73, 0x5EC962, 0x84D44B, 0xADDC30, 0xFDE725,
    ]

    /// The same for light backgrounds: nothing is nearly white, most is dark.
    static let lightHeat: [UInt32] = [
        0xEEEEEE, 0xE3E8EF, 0xD2E0EC, 0xBFD6E6, 0xA9CBDF, 0x90BED8, 0x76AFD0, 0x5C9FC8,
        0x448EBF, 0x317DB5, 0x236CA9, 0x195B9B, 0x124B8B, 0x0D3C78, 0x092D62, 0x05204A,
    ]
}
