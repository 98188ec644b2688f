// SPDX-License-Identifier: Apache-2.0
// What the event loop drives: something that takes events in and draws itself on demand.

public import Screen

/// Names a timer of the application.
public struct TimerName: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The name.
    public let rawValue: String

    /// Creates a name.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Creates a name from a literal.
    public init(stringLiteral value: String) { rawValue = value }
}

/// One thing that happened, delivered on the thread of the loop.
public enum LoopEvent: Hashable, Sendable {
    /// Somebody did something at the terminal.
    case input(InputEvent)
    /// The terminal answered a question: its background colour, for instance.
    case reply(TerminalReply)
    /// Another thread called `WakeHandle.wake`.
    case wake
    /// A timer set with `EventLoop.setTimer` ran out.
    case timer(TimerName)
    /// A signal arrived that the application decides about.
    case signal(TerminalSignal)
    /// Lines that something printed to standard output or error while the screen is shown.
    case printed([String])
    /// The next frame has this size.
    case resized(ScreenSize)
    /// The program is about to be stopped (Ctrl-Z); the screen is still there.
    case suspending
    /// The program is back in the foreground; the screen will be drawn in full.
    case resumed
    /// The terminal went away for good. The loop goes on without a screen until it is stopped.
    case terminalLost
}

/// The program behind the screen.
///
/// All calls come from the loop's thread.
public protocol TerminalApplication: AnyObject {
    /// Takes in what happened.
    ///
    /// - Returns: how soon the screen must show it; `none` if nothing on the screen changed.
    func handle(_ event: LoopEvent, in loop: EventLoop) -> FrameDemand

    /// Draws the screen as it is now, at exactly this size. Not called while there is no terminal to show it on.
    func frame(size: ScreenSize, capabilities: Capabilities) -> CellBuffer

    /// The colours to draw the next frame in.
    var theme: Theme { get }
}

/// Counters of a loop since its start, for the debug overlay and for tests.
public struct LoopStatistics: Hashable, Sendable {
    /// Returns from `poll`; does not grow while nothing happens.
    public var wakeUps = 0
    /// Frames drawn.
    public var frames = 0
    /// Rounds in which a frame was due and the terminal could not take it.
    public var framesSkipped = 0
    /// Bytes sent for frames.
    public var bytes = 0
    /// Bytes of the last frame.
    public var lastFrameBytes = 0
    /// Time from asking the application for the last frame to having sent it.
    public var lastFrameTime = Duration.zero
}
