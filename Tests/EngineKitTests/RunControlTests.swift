// SPDX-License-Identifier: Apache-2.0
// Steering a run: pause, steps, stop, mailbox merges, and a worker thread that obeys.
import EngineKit
import Synchronization
import Testing

@Suite struct RunControlTests {
    @Test func freshControlLetsTheRunGo() {
        let control = RunControl()
        #expect(!control.needsAttention)
        #expect(control.takeTurn().action == .advance)
        #expect(RunControl(paused: true).takeTurn().action == .pause)
    }

    @Test func pauseHoldsUntilResume() {
        let control = RunControl()
        control.pause(reason: "the loss is NaN")
        #expect(control.takeTurn().action == .pause)
        #expect(control.needsAttention)
        #expect(control.takeTurn().reason == "the loss is NaN")
        control.resume()
        let turn = control.takeTurn()
        #expect(turn.action == .advance)
        #expect(turn.reason == nil)
        #expect(!control.needsAttention)
    }

    @Test func askingForThreeStepsGivesThree() {
        let control = RunControl()
        for _ in 0..<3 { control.stepOnce() }
        #expect((0..<5).map { _ in control.takeTurn().action } == [.advance, .advance, .advance, .pause, .pause])
    }

    @Test func stopIsFinalAndKeepsItsFirstReason() {
        let control = RunControl()
        control.stop(reason: "first")
        control.stop(reason: "second")
        control.resume()
        control.pause()
        control.stepOnce()
        let turn = control.takeTurn()
        #expect(turn.action == .stop)
        #expect(turn.reason == "first")
        #expect(control.current.action == .stop)
    }

    @Test func mailboxIsEmptiedOnceAndInOrder() {
        let control = RunControl()
        control.send(.setParameter(name: "a", value: 1))
        control.send(.setParameter(name: "b", value: 2))
        control.requestCheckpoint()
        #expect(control.needsAttention)
        let turn = control.takeTurn()
        #expect(turn.commands == [.setParameter(name: "a", value: 1), .setParameter(name: "b", value: 2)])
        #expect(turn.wantsCheckpoint)
        #expect(turn.action == .advance)
        #expect(!control.needsAttention)
        #expect(control.takeTurn().commands.isEmpty)
    }

    @Test func newerRequestsReplaceTheOnesStillWaiting() {
        let control = RunControl()
        for number in 0..<1000 {
            control.send(.evaluateThresholds(requestIdentifier: number, thresholds: [Double(number)]))
            control.send(.setParameter(name: "learningRate", value: Double(number)))
        }
        #expect(
            control.takeTurn().commands == [
                .evaluateThresholds(requestIdentifier: 999, thresholds: [999]),
                .setParameter(name: "learningRate", value: 999),
            ])
    }

    @Test func everyCommandReachesItsHandler() {
        let control = RunControl()
        control.handle(.checkpoint)
        control.handle(.engine(.setParameter(name: "x", value: 1)))
        control.handle(.stepOnce)
        let turn = control.takeTurn()
        #expect(turn.wantsCheckpoint && turn.commands.count == 1 && turn.action == .advance)
        control.handle(.pause)
        #expect(control.takeTurn().action == .pause)
        control.handle(.resume)
        #expect(control.takeTurn().action == .advance)
        control.handle(.stop)
        #expect(control.takeTurn().action == .stop)
    }

    @Test func pausedWorkerWakesForEveryKindOfRequest() {
        let control = RunControl(paused: true)
        let trace = Mutex<[String]>([])
        let worker = TestThread {
            while true {
                control.waitWhilePaused()
                let turn = control.takeTurn()
                trace.withLock { trace in
                    if !turn.commands.isEmpty { trace.append("command") }
                    if turn.wantsCheckpoint { trace.append("checkpoint") }
                    if turn.action == .advance { trace.append("step") }
                    if turn.action == .stop { trace.append("stop") }
                }
                if turn.action == .stop { return }
            }
        }
        control.send(.setParameter(name: "x", value: 1))
        control.requestCheckpoint()
        control.stepOnce()
        // Every request is in the trace whatever the threads' timing; stop cannot overtake what the mailbox holds.
        while trace.withLock({ !$0.contains("step") }) { yieldThread() }
        control.stop()
        worker.join()
        #expect(trace.withLock { Set($0) } == ["command", "checkpoint", "step", "stop"])
    }
}
