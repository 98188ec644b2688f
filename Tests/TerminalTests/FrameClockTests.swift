// SPDX-License-Identifier: Apache-2.0
// When frames are drawn, with times that are handed in.

import Testing

@testable import Terminal

@Suite struct FrameClockTests {
    private let start = ContinuousClock.now
    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    @Test func nothingIsDueWithoutADemand() {
        var clock = FrameClock()
        #expect(clock.dueTime(at(0)) == nil)
        clock.request(.none)
        #expect(!clock.isDue(at(10_000)))
    }

    @Test func dataIsDrawnAtTheCappedRate() {
        var clock = FrameClock(interval: .milliseconds(100))
        clock.request(.whenDue)
        #expect(clock.isDue(at(0)), "the first frame does not wait")
        clock.frameDrawn(at(0))
        clock.request(.whenDue)
        #expect(!clock.isDue(at(99)))
        #expect(clock.dueTime(at(50)) == at(100))
        #expect(clock.isDue(at(100)))
    }

    @Test func keysAreDrawnAtOnceAndSatisfyData() {
        var clock = FrameClock(interval: .milliseconds(100))
        clock.frameDrawn(at(0))
        clock.request(.now)
        clock.request(.whenDue)
        #expect(clock.isDue(at(1)))
        clock.frameDrawn(at(1))
        #expect(clock.dueTime(at(2)) == nil)
    }

    @Test func slowLinksHoldDataBackBeforeKeys() {
        var flow = FlowControl()
        for _ in 0..<FlowControl.dataWindow { flow.asked(at(0)) }
        let beforeAnswer = (flow.allows(.whenDue, at(1)), flow.allows(.now, at(1)))
        #expect(beforeAnswer == (false, true))
        flow.answered(at(300))
        let afterAnswer = flow.allows(.whenDue, at(301))
        #expect(afterAnswer)
    }

    @Test func keysAreHeldBackWhenTheLinkIsFull() {
        var flow = FlowControl()
        for _ in 0..<FlowControl.keyWindow { flow.asked(at(0)) }
        let isAllowed = flow.allows(.now, at(1))
        #expect(!isAllowed)
        #expect(flow.retryTime == at(5000))
        let isAllowedAfterPatience = flow.allows(.whenDue, at(5001))
        #expect(isAllowedAfterPatience, "a lost question does not stop the screen for ever")
    }

    @Test func surplusAnswersDoNotOpenTheWindow() {
        var flow = FlowControl()
        flow.answered(at(0))
        flow.answered(at(0))
        for _ in 0..<FlowControl.dataWindow { flow.asked(at(1)) }
        let isAllowed = flow.allows(.whenDue, at(2))
        #expect(!isAllowed)
    }

    @Test func waitingTimesAreRoundedUpSoThatNothingSpins() {
        #expect(EventLoop.milliseconds(until: nil, at(0)) == -1)
        #expect(EventLoop.milliseconds(until: at(0), at(5)) == 0)
        #expect(EventLoop.milliseconds(until: at(5), at(0)) == 5)
        #expect(EventLoop.milliseconds(until: at(0) + .microseconds(1), at(0)) == 1)
        #expect(EventLoop.milliseconds(until: at(0) + .seconds(1 << 40), at(0)) == 1_000_000_000)
    }
}
