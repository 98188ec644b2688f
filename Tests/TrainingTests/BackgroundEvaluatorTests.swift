// SPDX-License-Identifier: Apache-2.0
// A copy of a network is evaluated on another thread: the same result, the newest order only, and a clean end.

import Dispatch
import EngineKit
import Nets
import Synchronization
import TensorCore
import Testing

@testable import Training

@Suite(.serialized) struct BackgroundEvaluatorTests {
    /// Holds a thread in front of its batches and counts them.
    private final class Turnstile: Sendable {
        private let ready = DispatchSemaphore(value: 0)
        private let open = DispatchSemaphore(value: 0)
        let passed = Atomic<Int>(0)

        /// Called by the evaluator.
        func pass() {
            passed.wrappingAdd(1, ordering: .relaxed)
            ready.signal()
            open.wait()
        }

        /// Waits until the evaluator stands in front of a batch.
        func waitForArrival() { ready.wait() }

        func letPass() { open.signal() }

        func letAllPass() { for _ in 0..<1000 { open.signal() } }
    }

    private let data: ClassifierData
    private let architecture: Architecture

    init() throws {
        let settings = section(["trainingLimit": .integer(10), "testLimit": .integer(1100)])
        data = try ClassifierData(
            DataSelection(settings), EngineContext(seed: 5, threads: 1, dataDirectories: [], emit: { _ in }))
        architecture = Architecture(
            name: "small", inputShape: data.imageShape,
            layers: [
                .convolution(ConvolutionDescription(name: "conv", channels: 4, kernel: 5)), .maxPool(2),
                .flatten(gate: nil),
                .dense(DenseDescription(name: "fc", units: 10, activation: .none, gated: false)),
            ])
    }

    private func network(_ seed: UInt64) -> FeedForwardNetwork {
        FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: seed))
    }

    private func direct(_ network: FeedForwardNetwork, gates: [[Float]]) -> Evaluation.Result {
        Compute.configure(threads: 1)
        var evaluation = Evaluation(data.testBatches)
        let gates = gates.map { Tensor(shape: [$0.count], scalars: $0) as Tensor? }
        return evaluation.finish { network($0, .prediction(gates: gates)) }
    }

    private func wait(_ evaluator: BackgroundEvaluator) -> Evaluation.Result? {
        evaluator.waitForResult(seconds: 60)
    }

    @Test func theResultIsThatOfADirectEvaluationOfTheNetworkAsItWasSubmitted() throws {
        let evaluator = try #require(BackgroundEvaluator(architecture, data))
        let network = network(1)
        for gates in [[[1, 0, 0.5, 1]], [[0, 0, 0, 0]], []] as [[[Float]]] {
            let expected = direct(network, gates: gates)
            evaluator.submit(network, gates: gates)
            // What happens to the network afterwards is nothing to the copy.
            for parameter in network.parameters { parameter.value.mutateScalars { $0.update(repeating: 0) } }
            #expect(wait(evaluator) == expected)
            for (parameter, fresh) in zip(network.parameters, self.network(1).parameters) {
                parameter.value.assign(fresh.value)
            }
        }
    }

    @Test func aResultIsTakenOnce() throws {
        let evaluator = try #require(BackgroundEvaluator(architecture, data))
        #expect(evaluator.takeResult() == nil)
        #expect(evaluator.waitForResult(seconds: 0) == nil)
        evaluator.submit(network(1), gates: [])
        #expect(wait(evaluator) != nil)
        #expect(evaluator.takeResult() == nil)
    }

    @Test func aNewerOrderEndsAnOlderOneInItsMiddle() throws {
        let turnstile = Turnstile()
        let evaluator = try #require(BackgroundEvaluator(architecture, data) { turnstile.pass() })
        let gates: [[Float]] = [[1, 1, 1, 1]]
        evaluator.submit(network(1), gates: gates)
        turnstile.waitForArrival()
        turnstile.letPass()
        // Two of five batches are begun; the order that takes its place is evaluated from its own first batch on.
        turnstile.waitForArrival()
        evaluator.submit(network(2), gates: gates)
        turnstile.letAllPass()
        #expect(wait(evaluator) == direct(network(2), gates: gates))
        // Two of the first order; five, and the look for a sixth, of the second.
        #expect(turnstile.passed.load(ordering: .relaxed) == 2 + 6)
    }

    @Test func anOrderThatWasNeverBegunIsForgotten() throws {
        let turnstile = Turnstile()
        let evaluator = try #require(BackgroundEvaluator(architecture, data) { turnstile.pass() })
        evaluator.submit(network(1), gates: [])
        turnstile.waitForArrival()
        evaluator.submit(network(2), gates: [])
        evaluator.submit(network(3), gates: [])
        turnstile.letAllPass()
        #expect(wait(evaluator) == direct(network(3), gates: []))
        #expect(evaluator.takeResult() == nil)
        #expect(turnstile.passed.load(ordering: .relaxed) == 1 + 6)
    }

    /// The end waits for the thread, and nothing of it stays.
    @Test func theEndJoinsTheThreadInTheMiddleOfAnOrder() throws {
        final class Witness: Sendable {}
        let turnstile = Turnstile()
        weak var witness: Witness?
        do {
            let strong = Witness()
            witness = strong
            let evaluator = try #require(
                BackgroundEvaluator(architecture, data) {
                    withExtendedLifetime(strong) {}
                    turnstile.pass()
                })
            evaluator.submit(network(1), gates: [])
            turnstile.waitForArrival()
            turnstile.letAllPass()
        }
        #expect(witness == nil, "the thread still holds what it was given")
    }
}
