// SPDX-License-Identifier: Apache-2.0
// ncurses without a terminal: exact bytes, colours and pairs of frames. Serialised, since ncurses is one global state.

import CNcurses
import Glibc
import Screen
import TestSupport
import Testing

@testable import Terminal

/// A renderer for a 20x4 screen, in a UTF-8 locale.
private func makeRenderer(
    _ terminal: String = "xterm-256color", tier: ColorTier = .indexed, columns: Int = 20, rows: Int = 4,
    characterSet: CharacterSet = .unicode
) throws -> CursesRenderer {
    setlocale(LC_CTYPE, "C.UTF-8")
    return try CursesRenderer(
        description: TerminalDescription(name: terminal), tier: tier, characterSet: characterSet,
        size: ScreenSize(columns: columns, rows: rows))
}

private func buffer(_ text: String, style: Style = .plain, columns: Int = 20, rows: Int = 4) -> CellBuffer {
    var buffer = CellBuffer(height: rows, width: columns)
    buffer.write(text, at: Position(row: 0, column: 0), style: style)
    return buffer
}

/// The terminal's own colours for all roles, so that bytes hold text only.
private let plainTheme = Theme(tier: .mono)

extension ProcessWideTests {
    @Suite struct CursesRendererTests {
        @Test func firstFrameClearsAndSecondEqualFrameIsEmpty() throws {
            let renderer = try makeRenderer()
            let first = renderer.bytes(for: buffer("hello"), theme: plainTheme)
            #expect(first.contains("\u{1B}[H\u{1B}[2J"))
            #expect(first.contains("hello"))
            #expect(!first.contains("?1049h"), "taking the screen over is not the renderer's business")
            #expect(renderer.bytes(for: buffer("hello"), theme: plainTheme).isEmpty)
        }

        @Test func changedCellsAreAllThatIsSent() throws {
            let renderer = try makeRenderer()
            _ = renderer.bytes(for: buffer("loss 0.25"), theme: plainTheme)
            let bytes = renderer.bytes(for: buffer("loss 0.24"), theme: plainTheme)
            #expect(String(decoding: bytes, as: UTF8.self) == "\u{8}4")
        }

        @Test func repaintSendsEverythingAgain() throws {
            let renderer = try makeRenderer()
            _ = renderer.bytes(for: buffer("hello"), theme: plainTheme)
            renderer.forget()
            let bytes = renderer.bytes(for: buffer("hello"), theme: plainTheme)
            #expect(bytes.contains("\u{1B}[2J") && bytes.contains("hello"))
        }

        @Test(arguments: [(1, 1), (1, 100), (300, 1), (300, 100), (7, 3)])
        func everySizeShowsItsCorners(_ columns: Int, _ rows: Int) throws {
            let renderer = try makeRenderer()
            renderer.resize(ScreenSize(columns: columns, rows: rows))
            var screen = PtyScreen(columns: columns, rows: rows)
            var cells = CellBuffer(height: rows, width: columns)
            cells.fill(cells.area, with: "x")
            cells.put(Cell("#"), row: rows - 1, column: columns - 1)
            screen.feed(renderer.bytes(for: cells, theme: plainTheme))
            #expect(screen.lines == cells.lines())
        }

        @Test func braillePairsAndWideCharactersArriveAsTheyAre() throws {
            let renderer = try makeRenderer()
            var screen = PtyScreen(columns: 20, rows: 4)
            screen.feed(renderer.bytes(for: buffer("⣿⠁ │ e\u{301}x"), theme: plainTheme))
            #expect(screen.lines[0] == "⣿⠁ │ e\u{301}x")
            let bytes = renderer.bytes(for: buffer("日本 ok"), theme: plainTheme)
            #expect(bytes.contains("日本 ok"))
        }

        @Test func withoutUnicodeOnlyAsciiIsSent() throws {
            setlocale(LC_CTYPE, "C")
            defer { setlocale(LC_CTYPE, "C.UTF-8") }
            let renderer = try CursesRenderer(
                description: TerminalDescription(name: "xterm-256color"), tier: .indexed, characterSet: .ascii,
                size: ScreenSize(columns: 20, rows: 4))
            let bytes = renderer.bytes(for: buffer("a⣿日b"), theme: plainTheme)
            #expect(bytes.allSatisfy { $0 < 0x80 })
            #expect(bytes.contains("a???b"))
        }

        @Test func glyphsUnknownToTheLibraryBecomeQuestionMarks() throws {
            let renderer = try makeRenderer()
            var cells = CellBuffer(height: 4, width: 20)
            // An octant of Unicode 16 and a noncharacter: no width in the C library.
            cells.put(Cell("\u{1CD00}"), row: 0, column: 0)
            cells.put(Cell("\u{FFFE}"), row: 0, column: 1)
            cells.put(Cell("k"), row: 0, column: 2)
            #expect(renderer.bytes(for: cells, theme: plainTheme).contains("??k"))
        }

        @Test func everyStyleHasADefinedPair() throws {
            for (terminal, tier) in [
                ("xterm-256color", ColorTier.indexed), ("xterm-256color", .direct), ("linux", .sixteen),
                ("xterm", .indexed),
            ] {
                let renderer = try makeRenderer(terminal, tier: tier, columns: 80, rows: 40)
                let theme = Theme(tier: renderer.tier)
                var cells = CellBuffer(height: 40, width: 80)
                var styles: [Style] = []
                for foreground in Role.allCases {
                    for background: Role? in [nil, .selection, .raised, .heat(3)] {
                        styles.append(Style(foreground, on: background))
                    }
                }
                for value in stride(from: 0, through: 0xFFFFFF, by: 0x01_0307) {
                    styles.append(Style(foreground: .rgb(UInt32(value)), background: .rgb(UInt32(0xFFFFFF - value))))
                }
                for (index, style) in styles.prefix(3200).enumerated() {
                    cells.put(Cell("x", style: style), row: index / 80, column: index % 80)
                }
                _ = renderer.bytes(for: cells, theme: theme)
                for (index, style) in styles.prefix(3200).enumerated() {
                    let look = theme.appearance(of: style)
                    let shown = try #require(shownCell(row: index / 80, column: index % 80))
                    var (foreground, background): (Int32, Int32) = (-9, -9)
                    if shown.pair != 0 {
                        #expect(extended_pair_content(shown.pair, &foreground, &background) == OK)
                        // ncurses reports (and shows) black on black for a pair that nobody defined.
                        #expect(foreground != background || look.foreground == look.background, "\(style)")
                    } else if elbo_color_pairs() > 256 {
                        #expect(look.foreground == .terminalDefault && look.background == .terminalDefault)
                    }
                }
            }
        }

        @Test func runningOutOfPairsFallsBackToTheTerminalsOwnColours() throws {
            let renderer = try makeRenderer("linux", tier: .sixteen, columns: 80, rows: 40)
            #expect(elbo_color_pairs() == 64)
            var cells = CellBuffer(height: 40, width: 80)
            for index in 0..<256 {
                let style = Style(
                    foreground: .rgb(UInt32(index) &* 0x0A_3B07), background: .rgb(UInt32(255 - index) &* 0x01_5A3D))
                cells.put(Cell("x", style: style), row: index / 80, column: index % 80)
            }
            _ = renderer.bytes(for: cells, theme: Theme(tier: .sixteen))
            let pairs = (0..<256).compactMap { shownCell(row: $0 / 80, column: $0 % 80)?.pair }
            #expect(pairs.count == 256)
            #expect(pairs.allSatisfy { $0 < 64 })
        }

        @Test func directColoursNeedNoInstalledEntry() throws {
            let renderer = try makeRenderer(tier: .direct)
            #expect(elbo_colors() == 1 << 24)
            let style = Style(foreground: .rgb(0xFF8040), background: .rgb(0x000003))
            let bytes = renderer.bytes(for: buffer("x", style: style), theme: Theme(tier: .direct))
            #expect(bytes.contains("38;2;255;128;64"))
            // 3 would be the ANSI yellow; the nearest blue that is not a palette number is 8.
            #expect(bytes.contains("48;2;0;0;8"))
        }

        @Test func moreColoursThanTheEntryHasCanBeAskedFor() throws {
            let renderer = try makeRenderer("xterm", tier: .indexed)
            #expect(elbo_colors() == 256)
            let bytes = renderer.bytes(
                for: buffer("x", style: Style(foreground: .rgb(0xFF8700))), theme: Theme(tier: .indexed))
            #expect(bytes.contains("38;5;208"))
        }

        @Test func terminalsWithoutColoursGetAttributesOnly() throws {
            let renderer = try makeRenderer("vt100", tier: .mono)
            let style = Style(foreground: .rgb(0xFF0000), attributes: [.bold, .reverse])
            let text = String(
                decoding: renderer.bytes(for: buffer("x", style: style), theme: Theme(tier: .mono)), as: UTF8.self)
            #expect(!text.contains("[3") && !text.contains("38;"))
            #expect(text.contains("\u{1B}[0;1;7m") || text.contains("\u{1B}[1m") || text.contains(";7"))
        }

        @Test func brightColoursOfEightAreBold() throws {
            let renderer = try makeRenderer("linux", tier: .sixteen)
            _ = renderer.bytes(
                for: buffer("x", style: Style(foreground: .rgb(0xFF0000))), theme: Theme(tier: .sixteen))
            let shown = try #require(shownCell(row: 0, column: 0))
            #expect(shown.attributes & elbo_attribute_bold() != 0)
        }

        @Test func cursorStandsWhereTheBufferSays() throws {
            let renderer = try makeRenderer()
            var screen = PtyScreen(columns: 20, rows: 4)
            var cells = buffer("input: abc")
            cells.cursor = Position(row: 2, column: 7)
            screen.feed(renderer.bytes(for: cells, theme: plainTheme))
            #expect(screen.cursor == (7, 2))
            cells.cursor = Position(row: 1, column: 3)
            screen.feed(renderer.bytes(for: cells, theme: plainTheme))
            #expect(screen.cursor == (3, 1))
        }

        @Test func severalScreensInOneProcessWorkOneAfterTheOther() throws {
            for round in 0..<5 {
                let renderer = try makeRenderer(round % 2 == 0 ? "xterm-256color" : "screen-256color")
                #expect(renderer.bytes(for: buffer("round \(round)"), theme: plainTheme).contains("round \(round)"))
                renderer.close()
            }
        }

        @Test func aNewThemeRecoloursWhatIsShown() throws {
            let renderer = try makeRenderer()
            let cells = buffer("title", style: Style(.bad))
            _ = renderer.bytes(for: cells, theme: plainTheme)
            #expect(!renderer.bytes(for: cells, theme: Theme(tier: .indexed)).isEmpty)
        }
    }

}

/// The cell that ncurses holds at a position.
private func shownCell(row: Int, column: Int) -> (attributes: attr_t, pair: Int32)? {
    var scalars = [wchar_t](repeating: 0, count: 8)
    var (attributes, pair): (attr_t, Int32) = (0, 0)
    guard elbo_read_cell(elbo_stdscr(), Int32(row), Int32(column), &scalars, &attributes, &pair) == OK else {
        return nil
    }
    return (attributes, pair)
}
