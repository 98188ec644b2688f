// SPDX-License-Identifier: Apache-2.0
// Learning-rate schedules at their corners, and the text they are written as.

import Nets
import TestSupport
import Testing

@Suite struct ScheduleTests {
    @Test func linearFromHoldsAndThenFallsToZero() {
        let schedule = Schedule.linear(from: 100)
        #expect(schedule.factor(epoch: 0, epochs: 200) == 1)
        #expect(schedule.factor(epoch: 100, epochs: 200) == 1)
        expectClose(schedule.factor(epoch: 150, epochs: 200), 0.5)
        #expect(schedule.factor(epoch: 200, epochs: 200) == 0)
    }

    @Test func aStartBehindTheEndNeverFalls() {
        #expect(Schedule.linear(from: 10).factor(epoch: 4, epochs: 5) == 1)
    }

    @Test func cosineIsHalfInTheMiddle() {
        expectClose(Schedule.cosine.factor(epoch: 5, epochs: 10), 0.5, absolute: 1e-15)
    }

    @Test(arguments: ["constant", "linear", "cosine", "linear-from 2.5"])
    func textReadsBack(text: String) throws {
        let schedule = try #require(Schedule(text))
        #expect(schedule.description == text)
    }

    @Test(arguments: ["", "linear-from", "linear-from -1", "linear-from x", "constant 3", "step"])
    func otherTextsAreRefused(text: String) {
        #expect(Schedule(text) == nil)
    }
}
