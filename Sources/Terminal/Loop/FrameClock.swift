// SPDX-License-Identifier: Apache-2.0
// When to draw: at once for keys, at most a few times a second for data, never when nothing changed. Knows no clock;
// times are handed in.

/// How soon the screen should show a change.
public enum FrameDemand: Int, Comparable, Sendable {
    /// Nothing on the screen changed.
    case none
    /// Data changed: with the next frame of the capped rate.
    case whenDue
    /// The user did something: at once.
    case now

    /// More urgent is greater.
    public static func < (left: FrameDemand, right: FrameDemand) -> Bool { left.rawValue < right.rawValue }
}

/// Decides when the next frame is due.
struct FrameClock {
    typealias Instant = ContinuousClock.Instant

    /// Shortest time between two frames that only data asked for.
    var interval: Duration
    private(set) var demand = FrameDemand.none
    private var lastFrame: Instant?

    init(interval: Duration = .milliseconds(100)) {
        self.interval = interval
    }

    /// Adds a demand; the most urgent one counts.
    mutating func request(_ new: FrameDemand) { demand = max(demand, new) }

    /// When to draw, where a time in the past means now; `nil` when nothing is demanded.
    func dueTime(_ now: Instant) -> Instant? {
        switch demand {
        case .none: nil
        case .now: now
        case .whenDue: lastFrame.map { $0 + interval } ?? now
        }
    }

    /// Whether a frame is to be drawn.
    func isDue(_ now: Instant) -> Bool { dueTime(now).map { $0 <= now } ?? false }

    /// Notes that a frame was drawn.
    mutating func frameDrawn(_ now: Instant) {
        demand = .none
        lastFrame = now
    }
}

/// Keeps frames from piling up in a slow link, where the terminal's own buffer is only the first of many.
///
/// Each frame ends with a question that the terminal answers once it has read so far. While too many are open, frames
/// are skipped; the next one shows the newest state.
struct FlowControl {
    typealias Instant = ContinuousClock.Instant

    /// Open questions up to which data may be drawn: two, so that a long link is not idle while an answer travels.
    static let dataWindow = 2
    /// Open questions up to which a key may be answered.
    static let keyWindow = 8
    /// After this long without an answer the terminal is taken to have lost the question.
    static let patience = Duration.seconds(5)

    /// Whether the terminal answers at all; only then is it asked.
    var isAnswering = false
    private(set) var open = 0
    private var lastNews: Instant?

    /// Whether a frame may be sent now.
    mutating func allows(_ demand: FrameDemand, _ now: Instant) -> Bool {
        if let lastNews, open > 0, now - lastNews > Self.patience { open = 0 }
        return open < (demand == .now ? Self.keyWindow : Self.dataWindow)
    }

    /// When a withheld frame may be tried again without an answer.
    var retryTime: Instant? { open > 0 ? lastNews.map { $0 + Self.patience } : nil }

    /// Notes a frame that ended with a question.
    mutating func asked(_ now: Instant) {
        open += 1
        lastNews = now
    }

    /// Notes an answer.
    mutating func answered(_ now: Instant) {
        open = max(0, open - 1)
        lastNews = now
    }

    /// Forgets all questions, for a terminal that is left.
    mutating func reset() { open = 0 }
}
