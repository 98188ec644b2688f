// SPDX-License-Identifier: Apache-2.0
// `elbo attach` without a terminal: the lines of a run of another process, until it ends.

import EngineKit
import Foundation
import Screen
import Store
import Terminal

/// Follows a run through its store.
final class AttachedLines: TerminalApplication {
    private let reader: RunReader
    private var printer = ProgressLines()
    private var end: RunState?
    private var problem: (any Error)?
    let theme = Theme()

    private init(_ reader: RunReader) {
        self.reader = reader
    }

    /// Prints what happens until the run ends.
    static func follow(_ name: String, runsDirectory: String) throws {
        try explaining {
            let loop = try EventLoop(signals: SignalSource(), screen: nil)
            let application = AttachedLines(try RunReader(parent: runsDirectory, name: name))
            loop.setTimer("look", after: .zero)
            loop.run(application)
            if let problem = application.problem { throw problem }
            print("\(name): \(application.end?.rawValue ?? "left")")
        }
    }

    func handle(_ event: LoopEvent, in loop: EventLoop) -> FrameDemand {
        switch event {
        case .timer:
            do {
                let update = try reader.update()
                printer.print(update)
                if update.state.isActive {
                    loop.setTimer("look", after: .milliseconds(500))
                } else {
                    end = update.state
                    loop.stop()
                }
            } catch {
                problem = error
                loop.stop()
            }
        case .signal: loop.stop()
        default: break
        }
        return .none
    }

    func frame(size: ScreenSize, capabilities: Capabilities) -> CellBuffer {
        CellBuffer(height: size.rows, width: size.columns, capabilities: capabilities)
    }
}
