// SPDX-License-Identifier: Apache-2.0
// A run that nobody works on, brought back from its last checkpoint to answer questions. It never trains, never writes.

public import EngineKit
import Store
import Synchronization

/// The network of a run that has ended, on a thread that evaluates what its user asks for.
///
/// Building it reads data and checkpoint, which takes a moment; requests wait for that. Of requests for evaluations the
/// newest counts, as in a run that goes on.
public final class EndedRun: Sendable {
    /// What is said about a request.
    public enum Answer: Sendable, Equatable {
        /// An evaluation, or the units that one is about.
        case event(RunEvent)
        /// Why a request is not answered, complete for a user.
        case refusal(requestIdentifier: Int, String)
        /// Why no request will be answered, complete for a user.
        case failure(String)
    }

    private let control = RunControl(paused: true)
    private let answers: Answers
    /// Taken out by whoever waits for the end.
    private let worker = Mutex<WorkerThread?>(nil)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - plan: what the run was made of.
    ///   - wake: called on the thread when there is an answer; must not block.
    public init(_ plan: RunPlan, wake: @escaping @Sendable () -> Void) {
        let (control, answers) = (control, Answers(wake))
        self.answers = answers
        worker.withLock { slot in
            slot = WorkerThread(name: "elbo ended run", nice: 19) {
                do {
                    try serve(plan, control, answers)
                } catch {
                    answers.add(.failure("\(error)"))
                }
            }
        }
    }

    deinit { control.stop() }

    /// Asks for the test error at given thresholds.
    public func evaluate(_ thresholds: [Double], requestIdentifier: Int) {
        control.send(.evaluateThresholds(requestIdentifier: requestIdentifier, thresholds: thresholds))
    }

    /// Takes what was said since the last call.
    public func takeAnswers() -> [Answer] { answers.take() }

    /// Ends the thread after what it is just doing; requests are forgotten.
    public func stop() { control.stop() }

    /// Waits for the end of the thread, after `stop`; further calls do nothing.
    public func wait() {
        let taken = worker.withLock { $0.take() }
        taken?.join()
    }
}

/// Answers on their way to another thread.
private final class Answers: Sendable {
    private let waiting = Mutex<[EndedRun.Answer]>([])
    private let wake: @Sendable () -> Void
    /// While the engine is built and restored it says again what everybody knows.
    let isMuted = Atomic<Bool>(true)

    init(_ wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    func add(_ answer: EndedRun.Answer) {
        waiting.withLock { $0.append(answer) }
        wake()
    }

    func take() -> [EndedRun.Answer] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    func emit(_ event: RunEvent) {
        guard !isMuted.load(ordering: .relaxed) else { return }
        switch event {
        case .layers, .evaluation: add(.event(event))
        case .metrics, .costGraph, .stage, .progress, .record, .message: break
        }
    }
}

/// The thread: does what a paused run does, and nothing else.
private func serve(_ plan: RunPlan, _ control: RunControl, _ answers: Answers) throws {
    let engine = try restoredEngine(plan, answers)
    answers.isMuted.store(false, ordering: .relaxed)
    while true {
        let turn = control.takeTurn()
        if turn.action == .stop { return }
        for case .evaluateThresholds(let identifier, let thresholds) in turn.commands {
            let command = EngineCommand.evaluateThresholds(requestIdentifier: identifier, thresholds: thresholds)
            if let refusal = engine.apply(command) {
                answers.add(.refusal(requestIdentifier: identifier, refusal))
            }
        }
        while !control.hasNews, engine.workWhilePaused() {}
        control.waitWhilePaused()
    }
}

/// The engine as it was last saved.
private func restoredEngine(_ plan: RunPlan, _ answers: Answers) throws -> any Engine {
    guard let saved = try RunReader(parent: plan.runsDirectory, name: plan.name).latestCheckpoint() else {
        throw EngineError("\(plan.name) ended before its first checkpoint; there is no network to evaluate")
    }
    let engine = try plan.recipe.makeEngine(
        context: EngineContext(
            seed: plan.seed, threads: plan.threads, dataDirectories: plan.dataDirectories, isResuming: true,
            emit: { answers.emit($0) }))
    try engine.restore(saved.checkpoint)
    return engine
}
