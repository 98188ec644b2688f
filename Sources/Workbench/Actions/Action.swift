// SPDX-License-Identifier: Apache-2.0
// Everything that can happen to the workbench.

public import EngineKit
public import Screen

/// Something that happened.
public enum Action: Sendable {
    /// Somebody did something at the terminal.
    case input(InputEvent)
    /// The terminal has a size, in cells.
    case resized(height: Int, width: Int)
    /// The time, in seconds since any fixed moment that the catalog's `lastSeen` shares. Sent before other actions of
    /// the same turn of the loop.
    case clock(seconds: Double)
    /// The session files on offer.
    case sessions([SessionSummary])
    /// The runs of the catalog.
    case catalog([RunSummary])
    /// A run was started or opened; its events follow.
    case runOpened(RunDescription)
    /// News of a run.
    case runUpdate(name: String, EventFeed.Update)
    /// A slice of a run's past, answering `Effect.loadHistory`.
    case runHistory(name: String, RunHistory)
    /// Something was printed to standard output or error by a library.
    case captured(String)
    /// An effect is done; `problem` says what went wrong, complete for a user, and `message` what was achieved.
    case commandFinished(message: String?, problem: String?)
    /// Events of a run that has ended, in answer to `Effect.evaluate`.
    case runEvents(name: String, [RunEvent])
    /// An evaluation cannot be done; the problem is complete for a user.
    case evaluationFailed(runName: String, requestIdentifier: Int, problem: String)
    /// What some draws say, in answer to `Effect.analyseChains`.
    case chainsAnalysed(ChainAnalysis)
    /// What all draws of a sampler say, in answer to `Effect.summariseSampler`.
    case samplerSummarised(SamplerSummary)
    /// Load and health of this process.
    case system(SystemReport)
    /// The terminal told the colour of its background.
    case background(isLight: Bool)
    /// Ctrl-C or SIGINT.
    case interrupt
    /// SIGTERM: leave after a checkpoint, without questions.
    case terminate
    /// The program is back from being suspended.
    case resumed
}
