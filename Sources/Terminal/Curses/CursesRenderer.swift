// SPDX-License-Identifier: Apache-2.0
// ncurses as a function from cells to bytes: it writes into a file in memory, and what it wrote is handed on. So a
// frame is one piece of bytes that can be counted, bracketed and sent without ever waiting for the terminal.

internal import CNcurses
internal import CPlatform
internal import Glibc
internal import Screen

/// The one ncurses screen; used by one thread at a time, since ncurses keeps its state in globals.
final class CursesRenderer {
    /// A cell as ncurses takes it.
    private struct Glyph {
        var entry: cchar_t
        var repetitions: Int
    }

    private let screen: OpaquePointer
    private let output: Int32
    private let streams: [UnsafeMutablePointer<FILE>]
    private let characterSet: CharacterSet
    private var pairs: ColorPairs
    private var glyphs: [Cell: Glyph] = [:]
    private var theme: Theme
    private var shown: CellBuffer
    private var run: [cchar_t] = []
    private var isClosed = false

    /// The tier that frames are drawn in.
    let tier: ColorTier

    /// Starts ncurses for the described terminal.
    ///
    /// - Throws: `incapable` when ncurses refuses the entry, `system` without descriptors.
    init(
        description: TerminalDescription, tier: ColorTier, characterSet: CharacterSet, size: ScreenSize
    ) throws(TerminalError) {
        self.characterSet = characterSet
        let memory = try checked("opening a file in memory", elbo_open_memory_file("frame"))
        guard let frames = elbo_stream(memory, "w"), let noKeys = fopen("/dev/null", "r") else {
            throw .system(call: "opening a stream", code: errno)
        }
        guard let screen = Self.start(description, tier, size, frames, noKeys) else {
            fclose(frames)
            fclose(noKeys)
            throw .incapable(name: description.name, missing: "be driven by ncurses")
        }
        self.screen = screen
        output = memory
        streams = [frames, noKeys]
        set_term(screen)
        // Without it ncurses looks for keys in the middle of a frame and cuts the frame into pieces.
        typeahead(-1)
        var hasDefaultColors = false
        var usable = tier
        if tier != .mono {
            usable = start_color() == OK && has_colors() ? tier : .mono
            hasDefaultColors = use_default_colors() == OK
        }
        self.tier = usable
        pairs = ColorPairs(tier: usable, hasDefaultColors: hasDefaultColors)
        theme = Theme(tier: usable)
        shown = CellBuffer(height: 0, width: 0)
        resize(size)
        // The strings that ncurses sends at its start are ours to send (see TerminalModes). They leave its buffer with
        // the first update, of which nothing is kept.
        doupdate()
        _ = takeBytes()
        forget()
    }

    deinit { close() }

    /// Ends ncurses.
    ///
    /// What it would send to leave the screen is dropped: TerminalModes has those strings.
    func close() {
        if isClosed { return }
        isClosed = true
        set_term(screen)
        endwin()
        delscreen(screen)
        for stream in streams { fclose(stream) }
    }

    private static func start(
        _ description: TerminalDescription, _ tier: ColorTier, _ size: ScreenSize,
        _ output: UnsafeMutablePointer<FILE>, _ input: UnsafeMutablePointer<FILE>
    ) -> OpaquePointer? {
        let colors: PrivateEntry.Colors? =
            switch tier {
            case .direct where !description.hasDirectColors: .direct
            case .indexed where description.colors < 256: .indexed
            default: nil
            }
        let entry = colors.flatMap { PrivateEntry.encoded(name: description.name, colors: $0) }
        return withDefaultSignals {
            // A file has no size. LINES and COLUMNS of the user would freeze it, so that they are looked at only where
            // the entry has no size either, and then they are ours.
            use_env(!description.hasSize)
            let room = description.hasSize ? [:] : ["LINES": "\(size.rows)", "COLUMNS": "\(size.columns)"]
            return withEnvironment(room) {
                guard let entry else { return newterm(description.name, output, input) }
                return withEnvironment(["TERMINFO": entry]) { newterm(description.name, output, input) }
                    ?? newterm(description.name, output, input)
            }
        }
    }

    /// Runs `body` and takes back the handlers that ncurses installed: they draw from within a signal.
    private static func withDefaultSignals<Result>(_ body: () -> Result) -> Result {
        let numbers = [SIGINT, SIGTERM, SIGTSTP, SIGWINCH]
        let earlier = numbers.map { number in
            var action = sigaction()
            sigaction(number, nil, &action)
            return action
        }
        defer {
            for (number, action) in zip(numbers, earlier) {
                withUnsafePointer(to: action) { _ = sigaction(number, $0, nil) }
            }
        }
        return body()
    }

    /// Runs `body` with these environment variables and sets them back.
    private static func withEnvironment<Result>(_ variables: [String: String], _ body: () -> Result) -> Result {
        let earlier = variables.keys.map { name in (name, getenv(name).map { String(cString: $0) }) }
        for (name, value) in variables { setenv(name, value, 1) }
        defer {
            for (name, value) in earlier {
                if let value { setenv(name, value, 1) } else { unsetenv(name) }
            }
        }
        return body()
    }

    /// The bytes that turn what the terminal shows into `buffer`; empty when nothing changed.
    func bytes(for buffer: CellBuffer, theme newTheme: Theme) -> [UInt8] {
        set_term(screen)
        if newTheme != theme {
            theme = newTheme
            glyphs.removeAll(keepingCapacity: true)
            shown = CellBuffer(height: 0, width: 0)
        }
        for changed in buffer.changedRuns(since: shown) { push(changed, of: buffer) }
        shown = buffer
        let window = elbo_stdscr()
        let cursor = buffer.cursor.flatMap { buffer.area.contains($0) ? $0 : nil }
        leaveok(window, cursor == nil)
        if let cursor { wmove(window, Int32(cursor.row), Int32(cursor.column)) }
        wnoutrefresh(window)
        doupdate()
        return takeBytes()
    }

    /// Takes over a new size; the next frame is sent in full, since terminals move their text when they change size.
    func resize(_ size: ScreenSize) {
        set_term(screen)
        resize_term(Int32(max(1, size.rows)), Int32(max(1, size.columns)))
        forget()
    }

    /// Forgets what the terminal shows, so that the next frame is sent in full.
    func forget() {
        set_term(screen)
        shown = CellBuffer(height: 0, width: 0)
        clearok(elbo_curscr(), true)
    }

    private func push(_ changed: ChangedRun, of buffer: CellBuffer) {
        run.removeAll(keepingCapacity: true)
        for cell in buffer.row(changed.row).dropFirst(changed.columns.lowerBound).prefix(changed.columns.count)
        where cell.width > 0 {
            let glyph = glyph(for: cell)
            for _ in 0..<glyph.repetitions { run.append(glyph.entry) }
        }
        // A run ends where it says; in the bottom right corner ncurses reports an error and draws all the same.
        mvwadd_wchnstr(
            elbo_stdscr(), Int32(changed.row), Int32(changed.columns.lowerBound), run, Int32(run.count))
    }

    private func glyph(for cell: Cell) -> Glyph {
        if let known = glyphs[cell] { return known }
        // More different cells than any screen has: pictures scrolled by. Looks stay, pairs are never redefined.
        if glyphs.count >= 16384 { glyphs.removeAll(keepingCapacity: true) }
        let look = pairs.look(theme.appearance(of: cell.style))
        let isShowable = isShowable(cell)
        let marks = isShowable ? cell.marks.map { Int32($0.value) } : []
        // A character that ncurses would give another width moves the rest of the row: question marks do not.
        var glyph = Glyph(entry: cchar_t(), repetitions: isShowable ? 1 : cell.width)
        _ = elbo_set_cell(
            &glyph.entry, [isShowable ? Int32(cell.base.value) : 0x3F] + marks + [0], look.attributes, look.pair)
        glyphs[cell] = glyph
        return glyph
    }

    private func isShowable(_ cell: Cell) -> Bool {
        let base = cell.base.value
        if (0x20...0x7E).contains(base) && cell.width == 1 { return true }
        return characterSet.isUnicode && elbo_column_width(base) == Int32(cell.width)
    }

    /// What ncurses wrote since the last call.
    private func takeBytes() -> [UInt8] {
        let length = Int(lseek(output, 0, SEEK_CUR))
        guard length > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: length)
        let count = pread(output, &bytes, length, 0)
        lseek(output, 0, SEEK_SET)
        ftruncate(output, 0)
        return count == length ? bytes : Array(bytes.prefix(max(0, count)))
    }
}
