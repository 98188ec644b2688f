// SPDX-License-Identifier: Apache-2.0
// The main loop: waits for the terminal, other threads, signals and timers at once, and draws when a frame is due.

internal import Glibc
internal import Screen

/// Drives a `TerminalApplication` on the calling thread.
///
/// It sleeps in `poll` without a time limit unless a timer, a frame or half a key sequence is pending, so an idle
/// program wakes up zero times per second. Without a screen (headless, or after the terminal was lost) the same loop
/// serves signals, wake-ups and timers.
public final class EventLoop {
    typealias Instant = ContinuousClock.Instant

    /// What the loop may do with the terminal.
    enum Standing {
        case none
        case shown
        /// Continued in the background (`bg`): engines work on, nothing is drawn or read.
        case background
    }

    /// How often a program in the background looks whether it was brought back: shells tell only stopped programs.
    static let foregroundCheck = Duration.milliseconds(250)

    /// The terminal, as long as there is one.
    public private(set) var screen: TerminalScreen?
    /// For other threads, to wake this loop.
    public let wakeHandle: WakeHandle
    /// What happened so far.
    public private(set) var statistics = LoopStatistics()

    let signals: SignalSource
    var standing = Standing.none
    var clock: FrameClock
    private var decoder = InputDecoder()
    private var decoderDeadline: Instant?
    private var timers: [TimerName: Instant] = [:]
    private var isRunning = false
    private var wantsToSuspend = false

    /// Creates a loop.
    ///
    /// - Parameters:
    ///   - signals: made before any other thread.
    ///   - screen: the terminal; `nil` to run without one.
    ///   - framesPerSecond: cap for frames that only data asked for.
    public init(signals: SignalSource, screen: TerminalScreen?, framesPerSecond: Int = 10) throws(TerminalError) {
        self.signals = signals
        self.screen = screen
        wakeHandle = try WakeHandle()
        clock = FrameClock(interval: .milliseconds(1000 / max(1, framesPerSecond)))
    }

    /// Caps frames that only data asked for, for instance higher while a slider moves.
    public func setFrameRate(_ framesPerSecond: Int) {
        clock.interval = .milliseconds(1000 / max(1, framesPerSecond))
    }

    /// Delivers `LoopEvent.timer` once, after that long; replaces a timer of the same name.
    public func setTimer(_ name: TimerName, after duration: Duration) { timers[name] = .now + duration }

    /// Takes a timer back.
    public func cancelTimer(_ name: TimerName) { timers[name] = nil }

    /// Asks for a frame from outside of `handle`.
    public func requestFrame(_ demand: FrameDemand) { clock.request(demand) }

    /// Sends the next frame in full, at once (Ctrl-L).
    public func repaint() {
        screen?.repaint()
        clock.request(.now)
    }

    /// Stops the program as Ctrl-Z does in a shell, after the present event.
    public func suspend() { wantsToSuspend = true }

    /// Makes `run` return after the present event.
    public func stop() { isRunning = false }

    /// Runs until `stop()` is called.
    ///
    /// The screen stays as it is: closing it is for the caller.
    public func run(_ application: some TerminalApplication) {
        isRunning = true
        if let screen, !screen.isLost {
            standing = .shown
            clock.request(.now)
        }
        while isRunning {
            drawIfDue(application)
            if isRunning { waitAndServe(application) }
            while wantsToSuspend && isRunning {
                wantsToSuspend = false
                stopAndContinue(application)
            }
        }
    }

    /// Hands an event to the application.
    func deliver(_ event: LoopEvent, to application: some TerminalApplication) {
        clock.request(application.handle(event, in: self))
    }

    private func drawIfDue(_ application: some TerminalApplication) {
        guard let screen, standing == .shown, clock.isDue(.now) else { return }
        let start = Instant.now
        guard screen.device.backlog == 0, screen.flow.allows(clock.demand, start) else {
            statistics.framesSkipped += 1
            return
        }
        if screen.updateSize() { deliver(.resized(screen.size), to: application) }
        guard isRunning else { return }
        // Requests that come in while drawing belong to the next frame.
        clock.frameDrawn(start)
        let buffer = application.frame(size: screen.size, capabilities: screen.capabilities)
        let bytes = screen.draw(buffer, theme: application.theme)
        statistics.frames += 1
        statistics.bytes += bytes
        statistics.lastFrameBytes = bytes
        statistics.lastFrameTime = .now - start
        if screen.isLost { loseTerminal(application) }
    }

    private func waitAndServe(_ application: some TerminalApplication) {
        // A negative descriptor is one that poll skips.
        var entries = [
            pollfd(fd: wakeHandle.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: screen?.output.readEnd ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: -1, events: 0, revents: 0),
        ]
        if let screen, standing != .none {
            // In the background only hang-ups are of interest: what is typed belongs to the shell.
            var events: Int32 = standing == .shown ? POLLIN : 0
            if standing == .shown && screen.device.backlog > 0 { events |= POLLOUT }
            entries[3] = pollfd(fd: screen.device.descriptor, events: Int16(events), revents: 0)
        }
        _ = poll(&entries, nfds_t(entries.count), timeout())
        statistics.wakeUps += 1
        if entries[1].revents != 0 { serveSignals(application) }
        if isRunning { serveTerminal(Int32(entries[3].revents), application) }
        if isRunning, entries[2].revents != 0, let lines = screen?.output.takeLines(), !lines.isEmpty {
            deliver(.printed(lines), to: application)
        }
        if isRunning, entries[0].revents != 0 {
            wakeHandle.clear()
            deliver(.wake, to: application)
        }
        if isRunning { serveTimers(application) }
    }

    /// Milliseconds until something is due, rounded up; -1 for never.
    private func timeout() -> Int32 {
        let now = Instant.now
        var times = Array(timers.values)
        if let decoderDeadline { times.append(decoderDeadline) }
        if standing == .background { times.append(now + Self.foregroundCheck) }
        if let screen, standing == .shown, let due = clock.dueTime(now) {
            // A frame that is due and held back waits for the terminal, which poll watches, or for its answers.
            if screen.device.backlog > 0 { return Self.milliseconds(until: times.min(), now) }
            var flow = screen.flow
            let isHeldBack = due <= now && !flow.allows(clock.demand, now)
            if let time = isHeldBack ? flow.retryTime : due { times.append(time) }
        }
        return Self.milliseconds(until: times.min(), now)
    }

    static func milliseconds(until time: Instant?, _ now: Instant) -> Int32 {
        guard let time else { return -1 }
        let rest = max(.zero, time - now).components
        let milliseconds = Double(rest.seconds) * 1e3 + Double(rest.attoseconds) / 1e15
        return Int32(min(milliseconds.rounded(.up), 1e9))
    }

    private func serveTerminal(_ seen: Int32, _ application: some TerminalApplication) {
        guard let screen, standing != .none else { return }
        if standing == .background {
            if seen & (POLLHUP | POLLERR | POLLNVAL) != 0 { return loseTerminal(application) }
            if screen.device.isInForeground { comeBack(application) }
            return
        }
        if seen & POLLOUT != 0 { screen.device.pump() }
        if seen & POLLIN != 0 {
            switch screen.device.receive() {
            case .bytes(let bytes):
                deliver(decoder.decode(bytes), to: application)
                decoderDeadline = decoder.deadline.map { .now + $0 }
            case .nothing, .lost: break
            }
        }
        // What was typed before the hang-up has been read above.
        if screen.isLost || seen & (POLLHUP | POLLERR | POLLNVAL) != 0 { loseTerminal(application) }
    }

    private func deliver(_ inputs: [DecodedInput], to application: some TerminalApplication) {
        for input in inputs where isRunning {
            switch input {
            case .event(let event): deliver(.input(event), to: application)
            case .reply(let reply):
                screen?.note(reply)
                // Answers about the flow of frames are the loop's own business.
                if reply != .ready { deliver(.reply(reply), to: application) }
            }
        }
    }

    private func serveSignals(_ application: some TerminalApplication) {
        while isRunning, let arrival = signals.next() {
            switch arrival {
            case .request(let signal): deliver(.signal(signal), to: application)
            case .sizeChanged: clock.request(.now)
            case .stop: wantsToSuspend = true
            case .resume: serveContinuation(application)
            }
        }
    }

    /// Serves what arrived during a stop; the continuation itself is known by then.
    func serveSignalsAfterStop(_ application: some TerminalApplication) {
        while isRunning, let arrival = signals.next() {
            if case .request(let signal) = arrival { deliver(.signal(signal), to: application) }
        }
    }

    private func serveTimers(_ application: some TerminalApplication) {
        let now = Instant.now
        if let deadline = decoderDeadline, deadline <= now {
            decoderDeadline = nil
            deliver(decoder.giveUp(), to: application)
        }
        for (name, time) in timers.sorted(by: { $0.value < $1.value }) where time <= now && isRunning {
            timers[name] = nil
            deliver(.timer(name), to: application)
        }
    }

    private func loseTerminal(_ application: some TerminalApplication) {
        guard standing != .none else { return }
        standing = .none
        screen?.abandon()
        decoderDeadline = nil
        deliver(.terminalLost, to: application)
    }
}
