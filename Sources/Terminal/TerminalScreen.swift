// SPDX-License-Identifier: Apache-2.0
// The owner of the terminal: takes it over, shows cell buffers on it, gives it back on every path.

internal import CPlatform
internal import Glibc
public import Screen

/// What a user may choose about the terminal.
public struct TerminalOptions: Sendable {
    /// Number of colours.
    public var color: ColorChoice
    /// Glyphs; `nil` for the best that the terminal has.
    public var glyphs: GlyphTier?
    /// Whether the mouse is reported from the start.
    ///
    /// Off leaves the terminal's own selecting and copying alone.
    public var isMouseOn: Bool

    /// Creates options.
    public init(color: ColorChoice = .automatic, glyphs: GlyphTier? = nil, isMouseOn: Bool = false) {
        self.color = color
        self.glyphs = glyphs
        self.isMouseOn = isMouseOn
    }
}

/// The terminal with a screen on it, owned by the main thread; one per process at a time.
///
/// Drawing never waits for the terminal: what it cannot take stays in a queue, and as long as something is queued no
/// further frame is drawn. The terminal is given back by `close()`, by `deinit`, by the crash handlers and at `exit`.
public final class TerminalScreen {
    /// What can be shown here.
    public let capabilities: Capabilities
    /// How the process came to its character set; anything but `unicode` deserves a word in the status bar.
    public let characterSet: CharacterSet
    /// Whether the background is light, as far as `COLORFGBG` says; an answer of the terminal
    /// (`TerminalReply.background`) is worth more and arrives as input.
    public let backgroundHint: Bool?
    /// Whether the mouse is reported.
    public private(set) var isMouseOn: Bool
    /// The size of the next frame.
    public private(set) var size: ScreenSize

    let device: TerminalDevice
    let output: CapturedOutput
    var flow = FlowControl()
    private let description: TerminalDescription
    private let modes: TerminalModes
    private let renderer: CursesRenderer
    private var isSynchronised = false
    private var isCursorShown = false
    private var isEntered = false
    private var isClosed = false
    private var questionTime: ContinuousClock.Instant?

    /// Takes over the terminal on standard output and shows an empty screen.
    ///
    /// To be called in the main thread after `SignalSource` was made and before other threads start.
    /// - Throws: `TerminalError` with the terminal as it was found.
    public init(options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
        device = try TerminalDevice(standardOutput: 1)
        let environment = Self.environment
        description = try TerminalDescription(name: environment["TERM"])
        characterSet = CharacterSet.adoptLocale()
        modes = TerminalModes(description, environment: environment)
        size = device.size ?? description.defaultSize
        let tier = options.color.tier(
            colors: description.colors, hasDirectColors: description.hasDirectColors, environment: environment)
        renderer = try CursesRenderer(description: description, tier: tier, characterSet: characterSet, size: size)
        let best = GlyphSupport.bestTier(characterSet: characterSet, terminalName: description.name)
        // What the user asks for goes, except glyphs that would come out as question marks.
        let glyphs = characterSet.isUnicode ? options.glyphs ?? best : .ascii
        capabilities = Capabilities(glyphs: glyphs, colors: renderer.tier)
        backgroundHint = Self.backgroundHint(environment["COLORFGBG"])
        isMouseOn = options.isMouseOn
        output = try CapturedOutput()
        try enter()
        device.send(modes.questions)
        if !modes.questions.isEmpty { questionTime = .now }
    }

    deinit { close() }

    /// Whether the terminal went away.
    public var isLost: Bool { device.isLost }

    /// Shows a buffer: sends what differs from what is shown, and nothing when nothing differs.
    ///
    /// - Returns: the bytes it took.
    @discardableResult
    func draw(_ buffer: CellBuffer, theme: Theme) -> Int {
        let changes = renderer.bytes(for: buffer, theme: theme)
        let wantsCursor = buffer.cursor.map { buffer.area.contains($0) } ?? false
        guard !changes.isEmpty || wantsCursor != isCursorShown else { return 0 }
        var frame = isSynchronised ? TerminalModes.beginFrame : []
        if isCursorShown { frame += modes.hideCursor }
        frame += changes
        if wantsCursor { frame += modes.showCursor }
        isCursorShown = wantsCursor
        if isSynchronised { frame += TerminalModes.endFrame }
        if flow.isAnswering {
            frame += modes.askReady
            flow.asked(.now)
        }
        device.send(frame)
        return frame.count
    }

    /// Asks the device for its size; call once per frame.
    ///
    /// - Returns: whether the size is another one than before.
    func updateSize() -> Bool {
        let newSize = device.size ?? description.defaultSize
        if newSize == size { return false }
        size = newSize
        renderer.resize(newSize)
        return true
    }

    /// Sends the next frame in full, for when something else wrote on the screen (Ctrl-L).
    public func repaint() { renderer.forget() }

    /// Switches mouse reports on or off.
    public func setMouse(_ isOn: Bool) {
        isMouseOn = isOn
        if isEntered { device.send(isOn ? modes.mouseOn : modes.mouseOff) }
    }

    /// Puts text on the clipboard of the user's machine (OSC 52), also through ssh; terminals may refuse silently.
    ///
    /// Text above 74 994 bytes is not sent, the limit of xterm.
    public func copyToClipboard(_ text: String) {
        guard isEntered, !modes.questions.isEmpty, text.utf8.count <= 74_994 else { return }
        device.send(Array("\u{1B}]52;c;\(base64(Array(text.utf8)))\u{1B}\\".utf8))
    }

    /// Rings the bell of the terminal.
    public func ringBell() {
        if isEntered { device.send([0x07]) }
    }

    /// Learns from an answer of the terminal what it can do.
    func note(_ reply: TerminalReply) {
        switch reply {
        case .mode(TerminalModes.synchronisedOutput, let state): isSynchronised = state == 1 || state == 2
        case .deviceAttributes:
            questionTime = nil
            flow.isAnswering = true
        case .ready: flow.answered(.now)
        default: break
        }
    }

    /// Takes the terminal over, at the start and after a suspension.
    func enter() throws(TerminalError) {
        try device.enterRawMode()
        try CrashGuard.arm(
            terminal: device.descriptor, modes: device.shellModes, restoreText: modes.leave, output: output)
        device.send(modes.enter + (isMouseOn ? modes.mouseOn : []))
        isEntered = true
        isCursorShown = false
        renderer.forget()
    }

    /// Gives the terminal back, for a suspension or for good.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        // Half a frame may be queued; the string for leaving copes with being sent in the middle of it.
        device.dropBacklog()
        awaitAnswers()
        device.send(modes.leave)
        device.drain(milliseconds: 500)
        device.leaveRawMode()
        CrashGuard.disarm()
        flow.reset()
    }

    /// Stops using a terminal that went away; the standard descriptors stay captured until `close()`.
    func abandon() {
        device.markLost()
        isEntered = false
        CrashGuard.disarm()
        flow.reset()
    }

    /// Gives the terminal and the standard descriptors back and prints the last captured lines; further calls do
    /// nothing.
    public func close() {
        if isClosed { return }
        isClosed = true
        leave()
        CrashGuard.disarm()
        renderer.close()
        let lines = output.release()
        if !device.isLost { printToStandardError(lines) }
    }

    /// Waits for answers under way, so that they do not turn up as text in the shell.
    private func awaitAnswers() {
        let asked = questionTime.map { ContinuousClock.now - $0 < .seconds(1) } ?? false
        guard asked || flow.open > 0, !device.isLost else { return }
        let end = ContinuousClock.now + .milliseconds(300)
        var decoder = InputDecoder()
        var isComplete = false
        while !isComplete, ContinuousClock.now < end {
            guard waitFor(device.descriptor, POLLIN, milliseconds: 50) != 0 else { continue }
            guard case .bytes(let bytes) = device.receive() else { break }
            for case .reply(let reply) in decoder.decode(bytes) { note(reply) }
            isComplete = questionTime == nil && flow.open == 0
        }
        questionTime = nil
    }

    /// The variables that matter here.
    private static var environment: [String: String] {
        let names = ["TERM", "COLORTERM", "NO_COLOR", "COLORFGBG", "TERM_PROGRAM", "TMUX"]
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } })
    }

    /// `COLORFGBG` ends with the number of the background colour: 7 and 9 to 15 are light.
    static func backgroundHint(_ value: String?) -> Bool? {
        guard let last = value?.split(separator: ";").last, let number = Int(last), (0...15).contains(number) else {
            return nil
        }
        return number == 7 || number > 8
    }
}
