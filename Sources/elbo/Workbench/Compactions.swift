// SPDX-License-Identifier: Apache-2.0
// Networks that are being written while the screen goes on.

import Dispatch
import EngineKit
import Runner
import Synchronization

/// Writes networks on threads of their own and keeps what came of it until somebody looks.
final class Compactions: Sendable {
    private let results = Mutex<[Result<CompactOutcome, EngineError>]>([])
    private let underWay = DispatchGroup()
    private let wake: @Sendable () -> Void

    /// - Parameter wake: called on another thread when there is a result; must not block.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Begins to write a network; returns at once.
    func start(_ task: CompactRun) {
        underWay.enter()
        task.start { [self] result in
            results.withLock { $0.append(result) }
            wake()
            underWay.leave()
        }
    }

    /// The results since the last look.
    func take() -> [Result<CompactOutcome, EngineError>] {
        results.withLock { results in
            defer { results = [] }
            return results
        }
    }

    /// Waits for what is under way: a file that was asked for is not given up.
    func wait() { underWay.wait() }
}
