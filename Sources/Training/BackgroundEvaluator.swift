// SPDX-License-Identifier: Apache-2.0
// Exact errors of a network that trains on: copies of it are evaluated on a thread of their own.

import EngineKit
import Glibc
public import Nets
import TensorCore

/// Evaluates copies of a network over the whole test set on a thread of its own, always the newest copy only.
///
/// The thread owns a network, since primitives belong to the thread that made them, and computes alone at nice 19: it
/// takes idle time and its share of a busy machine, and the training only pays for the copy. A newer copy makes it give
/// up an older one between two batches; an older one is then never answered. The evaluator itself is used by one thread,
/// and its end waits for the batch under way.
public final class BackgroundEvaluator {
    private let exchange: EvaluationExchange
    private let thread: pthread_t

    /// Starts the thread; `nil` when the system grants none.
    ///
    /// - Parameters:
    ///   - architecture: of all networks that will be evaluated.
    ///   - data: whose test images count.
    public convenience init?(_ architecture: Architecture, _ data: ClassifierData) {
        self.init(architecture, data, beforeBatch: {})
    }

    /// - Parameter beforeBatch: called on the thread in front of every batch, for tests that hold it there.
    package init?(_ architecture: Architecture, _ data: ClassifierData, beforeBatch: @escaping @Sendable () -> Void) {
        exchange = EvaluationExchange()
        let work = Unmanaged.passRetained(
            EvaluationWork(exchange: exchange, architecture: architecture, data: data, beforeBatch: beforeBatch))
        var identifier = pthread_t()
        guard pthread_create(&identifier, nil, runEvaluations, work.toOpaque()) == 0 else {
            work.release()
            return nil
        }
        thread = identifier
    }

    deinit {
        exchange.stop()
        pthread_join(thread, nil)
    }

    /// Copies a network and has the copy evaluated; whatever was asked for before is forgotten.
    ///
    /// - Parameter gates: one factor per unit and gate; empty for a network without gates.
    /// - Precondition: the network has the architecture of the evaluator.
    public func submit(_ network: FeedForwardNetwork, gates: [[Float]]) {
        var copy = Checkpoint()
        copy.put(network)
        exchange.submit(EvaluationExchange.Order(network: copy, gates: gates))
    }

    /// Takes the result of the newest copy, if it is there.
    public func takeResult() -> Evaluation.Result? { exchange.takeResult() }

    /// Takes the result of the newest copy, waiting for it.
    ///
    /// - Returns: `nil` when it takes longer.
    public func waitForResult(seconds: Double) -> Evaluation.Result? {
        exchange.takeResult(before: monotonicNanoseconds() + UInt64(max(0, seconds) * 1e9))
    }
}

/// What the two threads hand to each other.
///
/// `@unchecked Sendable`: every variable below is read and written inside `monitor`.
private final class EvaluationExchange: @unchecked Sendable {
    /// A network to evaluate, as plain arrays.
    struct Order: Sendable {
        var network: Checkpoint
        var gates: [[Float]]
    }

    private enum Condition {
        static let worker = 0
        static let owner = 1
    }

    private let monitor = Monitor(conditions: 2)
    private var waiting: Order?
    private var result: Evaluation.Result?
    /// Counts orders, so that the worker knows whether its own is still the newest.
    private var newest = 0
    private var isStopped = false

    // MARK: The owner

    func submit(_ order: Order) {
        monitor.locked {
            newest += 1
            waiting = order
            result = nil
            monitor.signal(Condition.worker)
        }
    }

    func takeResult() -> Evaluation.Result? { monitor.locked { result.take() } }

    func takeResult(before deadline: UInt64) -> Evaluation.Result? {
        monitor.locked {
            while result == nil, monitor.wait(Condition.owner, until: deadline) {}
            return result.take()
        }
    }

    func stop() {
        monitor.locked {
            isStopped = true
            waiting = nil
            monitor.signal(Condition.worker)
        }
    }

    // MARK: The worker

    /// The newest order with its number, waiting for one; `nil` at the end.
    func next() -> (number: Int, order: Order)? {
        monitor.locked {
            while waiting == nil, !isStopped { monitor.wait(Condition.worker) }
            return waiting.take().map { (newest, $0) }
        }
    }

    /// Whether anybody still wants the result of an order.
    func isWanted(_ number: Int) -> Bool { monitor.locked { number == newest && !isStopped } }

    func deliver(_ found: Evaluation.Result, of number: Int) {
        monitor.locked {
            guard number == newest else { return }
            result = found
            monitor.signal(Condition.owner)
        }
    }
}

/// What the thread owns from its start on.
private final class EvaluationWork: Sendable {
    let exchange: EvaluationExchange
    let architecture: Architecture
    let data: ClassifierData
    let beforeBatch: @Sendable () -> Void

    init(
        exchange: EvaluationExchange, architecture: Architecture, data: ClassifierData,
        beforeBatch: @escaping @Sendable () -> Void
    ) {
        self.exchange = exchange
        self.architecture = architecture
        self.data = data
        self.beforeBatch = beforeBatch
    }

    func run() {
        // On Linux the nice value belongs to the calling thread, whatever process it says.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        Compute.configure(threads: 1)
        let network = FeedForwardNetwork(architecture, initializer: NetworkInitializer(seed: 0))
        while let (number, order) = exchange.next() {
            do throws(EngineError) {
                try order.network.restore(network)
            } catch {
                fatalError("a network of another architecture: \(error)")
            }
            let gates = order.gates.map { Tensor(shape: [$0.count], scalars: $0) as Tensor? }
            var evaluation = Evaluation(data.testBatches)
            while exchange.isWanted(number) {
                beforeBatch()
                if let result = evaluation.advance(batches: 1, logits: { network($0, .prediction(gates: gates)) }) {
                    exchange.deliver(result, of: number)
                    break
                }
            }
            // Nobody knows when the next order comes.
            Compute.releaseUnusedMemory()
        }
    }
}

/// The thread's body, a named function because C calls it.
private func runEvaluations(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<EvaluationWork>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
