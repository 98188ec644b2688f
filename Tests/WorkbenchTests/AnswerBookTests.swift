// SPDX-License-Identifier: Apache-2.0
// Which question is asked next, and which answers stay known.

import Testing

@testable import Workbench

@Suite struct AnswerBookTests {
    private struct Question: ChainQuestion {
        var name: String
        var draws: Int
    }

    private struct Reply: ChainAnswer {
        var key: Question
        var seconds = 0.1
    }

    private typealias Book = AnswerBook<Reply>

    private func question(_ name: String, _ draws: Int = 10) -> Question { Question(name: name, draws: draws) }

    @Test func questionsAreAskedOnceInTheirOrder() {
        var book = Book()
        let both = [question("a"), question("b")]
        #expect(book.next(of: both, isGrowing: true, at: 0) == both[0])
        #expect(book.next(of: both, isGrowing: true, at: 1) == nil)
        book.take(Reply(key: both[0]), at: 1)
        #expect(book.next(of: both, isGrowing: true, at: 1) == both[1])
        // A question that is needed more is asked at once; the answer under way is kept when it comes.
        let urgent = [question("c")] + both
        #expect(book.next(of: urgent, isGrowing: true, at: 2) == urgent[0])
        book.take(Reply(key: both[1]), at: 2)
        #expect(book.pending == urgent[0] && book.answer(to: both[1]) != nil)
        book.take(Reply(key: urgent[0]), at: 3)
        #expect(book.next(of: urgent, isGrowing: true, at: 3) == nil && book.wakeAt == nil)
    }

    @Test func moreDrawsWaitAndTheOthersDoNotWaitForThem() {
        var book = Book()
        book.take(Reply(key: question("a", 10)), at: 100)
        let questions = [question("a", 20), question("b", 5)]
        #expect(book.next(of: questions, isGrowing: true, at: 101) == questions[1])
        #expect(book.wakeAt == 104)
        book.take(Reply(key: questions[1]), at: 101)
        #expect(book.next(of: questions, isGrowing: true, at: 103) == nil && book.wakeAt == 104)
        #expect(book.olderAnswer(to: questions[0])?.key.draws == 10)
        // Of a run that has ended nothing waits.
        #expect(book.next(of: questions, isGrowing: false, at: 103) == questions[0])
        // Still more draws wait for the answer under way.
        #expect(book.next(of: [question("a", 30)], isGrowing: false, at: 103) == nil)
        book.take(Reply(key: questions[0]), at: 104)
        #expect(book.answers.map(\.key) == [questions[1], questions[0]])
    }

    @Test func theOldestAnswersAreForgotten() {
        var book = Book()
        for index in 0..<100 { book.take(Reply(key: question("\(index)")), at: 0) }
        #expect(book.answer(to: question("0")) == nil && book.answer(to: question("99")) != nil)
        #expect(book.answers.count == 24)
    }
}
