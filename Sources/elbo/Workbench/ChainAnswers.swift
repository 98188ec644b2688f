// SPDX-License-Identifier: Apache-2.0
// Draws of chains that are looked at while the screen goes on.

import Dispatch
import Synchronization
import Workbench

/// Answers requests of the chains screen on another thread, one at a time; of those that wait only the newest counts.
final class ChainAnswers<Request: ChainRequest>: Sendable {
    private struct Work {
        var next: Request?
        var isBusy = false
        var answers: [Request.Answer] = []
    }

    private let work = Mutex(Work())
    private let underWay = DispatchGroup()
    private let wake: @Sendable () -> Void

    /// - Parameter wake: called on another thread when there is an answer; must not block.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Begins to look at draws, as soon as the request under way is answered; returns at once.
    func start(_ request: Request) {
        let begins = work.withLock { work in
            work.next = request
            defer { work.isBusy = true }
            return !work.isBusy
        }
        guard begins else { return }
        DispatchQueue.global(qos: .userInitiated).async(group: underWay) { [self] in
            while let request = next() {
                let answer = request.answer()
                work.withLock { $0.answers.append(answer) }
                wake()
            }
        }
    }

    /// The request that waits; without one the thread is given back.
    private func next() -> Request? {
        work.withLock { work in
            let request = work.next
            work.next = nil
            work.isBusy = request != nil
            return request
        }
    }

    /// The answers since the last look.
    func take() -> [Request.Answer] {
        work.withLock { work in
            defer { work.answers = [] }
            return work.answers
        }
    }

    /// Waits for the request under way; those that wait are given up.
    func wait() {
        work.withLock { $0.next = nil }
        underWay.wait()
    }
}
