// SPDX-License-Identifier: Apache-2.0
// The feed of a screen: never blocks, bounded, wakes its reader once, says when something was dropped.
import EngineKit
import Synchronization
import Testing

@Suite struct EventFeedTests {
    @Test func positionsAreLatestWinsAndEventsKeepTheirOrder() {
        let feed = EventFeed()
        for step in 1...3 {
            feed.publish(.progress(progress(step)))
            feed.publish(message(step))
        }
        let update = feed.drain()
        #expect(update.progress == progress(3))
        #expect(update.events == [message(1), message(2), message(3)])
        #expect(!update.mustReload)
        #expect(feed.drain().events.isEmpty)
        #expect(feed.drain().progress == progress(3), "the newest position stays known")
    }

    @Test func wakesOnlyWhenTheReaderHadNothingToRead() {
        let wakes = Mutex(0)
        let feed = EventFeed(capacity: 10) { wakes.withLock { $0 += 1 } }
        for step in 0..<5 { feed.publish(message(step)) }
        feed.publish(.progress(progress(1)))
        #expect(wakes.withLock { $0 } == 1)
        _ = feed.drain()
        #expect(wakes.withLock { $0 } == 1)
        feed.publish(state: .paused, reason: "asked")
        #expect(wakes.withLock { $0 } == 2)
        let update = feed.drain()
        #expect(update.state == .paused)
        #expect(update.reason == "asked")
    }

    @Test func overflowDropsAndAsksForAReload() {
        let feed = EventFeed(capacity: 3)
        for step in 0..<4 { feed.publish(message(step)) }
        feed.publish(message(4))
        feed.publish(.progress(progress(9)))
        let update = feed.drain()
        #expect(update.mustReload)
        #expect(update.events.isEmpty)
        #expect(update.droppedEvents == 5)
        #expect(update.progress == progress(9))
        feed.publish(message(5))
        let next = feed.drain()
        #expect(!next.mustReload)
        #expect(next.events == [message(5)])
        #expect(next.droppedEvents == 5)
    }

    @Test func recordsCountByTheirNumbers() {
        let feed = EventFeed(capacity: 100, numberCapacity: 10)
        func draws(_ count: Int) -> RunEvent {
            var draws = DrawBlock(step: 1, sampler: "learned", phase: .kept, chains: 1, dimension: 1)
            draws.points = [Float](repeating: 0, count: count)
            draws.acceptanceRate = 1
            return .record(.draws(draws))
        }
        feed.publish(draws(6))
        feed.publish(draws(4))
        #expect(feed.drain().events == [draws(6), draws(4)])
        feed.publish(draws(6))
        feed.publish(message(1))
        feed.publish(draws(5))
        let update = feed.drain()
        #expect(update.mustReload && update.events.isEmpty)
        #expect(update.droppedEvents == 3)
        feed.publish(draws(10))
        #expect(feed.drain().events == [draws(10)])
    }

    @Test func publishingWhileReadingLosesNothing() {
        let feed = EventFeed(capacity: 1_000_000)
        let count = 50_000
        let publisher = TestThread { for step in 0..<count { feed.publish(message(step)) } }
        var received: [RunEvent] = []
        while received.count < count { received += feed.drain().events }
        publisher.join()
        #expect(received == (0..<count).map(message))
    }

    @Test func attachingAsksForAReload() {
        let feed = EventFeed()
        feed.requestReload()
        feed.publish(message(1))
        let update = feed.drain()
        #expect(update.mustReload)
        #expect(update.events.isEmpty, "the store has them")
        #expect(update.droppedEvents == 0, "nobody was too slow")
    }
}

private func message(_ step: Int) -> RunEvent {
    .message(step: step, level: .notice, text: "m\(step)")
}

private func progress(_ step: Int) -> Progress {
    Progress(step: step, totalSteps: 10, epoch: 0, stage: "train")
}
