// SPDX-License-Identifier: Apache-2.0
// Questions that another thread answers: which one is asked next, and which answers are known.

/// What an answer is of; equal questions have equal answers.
protocol ChainQuestion: Hashable, Sendable {
    /// Draws of each chain that it is about, of which a run that goes on has more and more.
    var draws: Int { get set }

    /// Whether the answer to another question about as many draws answers this one too.
    func isCovered(by other: Self) -> Bool
}

extension ChainQuestion {
    func isCovered(by other: Self) -> Bool { self == other }

    /// Whether the answer to another question would answer this one if it were about as many draws.
    func isCoveredButForDraws(by other: Self) -> Bool {
        var copy = other
        copy.draws = draws
        return isCovered(by: copy)
    }
}

/// An answer that knows its question.
protocol ChainAnswer: Sendable {
    associatedtype Key: ChainQuestion
    var key: Key { get }
    /// What it took to find out.
    var seconds: Double { get }
}

/// Answers that are known, and the question that is under way.
struct AnswerBook<Answer: ChainAnswer>: Sendable {
    typealias Key = Answer.Key

    /// Answers that are kept: walking through coordinates and back costs nothing.
    private static var capacity: Int { 24 }
    /// Answers to one question take at most this share of a core while draws keep coming.
    private static var share: Double { 1.0 / 40 }

    private struct Entry {
        var answer: Answer
        /// When more draws are looked at again, on the clock of `Action.clock`.
        var dueAt: Double
    }

    private var entries: [Entry] = []
    /// What is being looked at.
    private(set) var pending: Key?
    /// When a question that had to wait is asked; `nil` if none had to.
    private(set) var wakeAt: Double?

    /// The answers that are known, the newest one last.
    var answers: [Answer] { entries.map(\.answer) }

    /// Keeps an answer; one to the same question about fewer draws gives way.
    mutating func take(_ answer: Answer, at clock: Double) {
        if let pending, pending.isCovered(by: answer.key) { self.pending = nil }
        entries.removeAll { $0.answer.key.isCoveredButForDraws(by: answer.key) }
        let wait = min(30, max(0.5, answer.seconds / Self.share))
        entries.append(Entry(answer: answer, dueAt: clock + wait))
        if entries.count > Self.capacity { entries.removeFirst() }
    }

    /// The answer to a question.
    func answer(to key: Key) -> Answer? { entries.last { key.isCovered(by: $0.answer.key) }?.answer }

    /// The newest answer to the same question about fewer draws.
    func olderAnswer(to key: Key) -> Answer? {
        entries.last { key.isCoveredButForDraws(by: $0.answer.key) }?.answer
    }

    /// The newest answer that satisfies a condition.
    func newest(where isWanted: (Key) -> Bool) -> Answer? { entries.last { isWanted($0.answer.key) }?.answer }

    /// The first of some questions that has to be asked now; it counts as asked.
    ///
    /// Questions that nobody has answered are asked at once, one after the other; those of which only an answer about
    /// fewer draws is known wait for their time while there will be more draws anyway.
    mutating func next(of keys: [Key], isGrowing: Bool, at clock: Double) -> Key? {
        wakeAt = nil
        for key in keys where answer(to: key) == nil {
            if let pending, key.isCoveredButForDraws(by: pending) { return nil }
            let known = entries.last { key.isCoveredButForDraws(by: $0.answer.key) }
            if let known, isGrowing, clock < known.dueAt {
                wakeAt = min(wakeAt ?? .infinity, known.dueAt)
                continue
            }
            pending = key
            return key
        }
        return nil
    }

    /// Lets nothing wait any more.
    mutating func rest() { wakeAt = nil }
}
