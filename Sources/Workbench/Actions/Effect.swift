// SPDX-License-Identifier: Apache-2.0
// Everything the workbench asks of the world. Nothing here blocks; results come back as actions.

public import EngineKit
public import Screen

/// Something that the wiring does on behalf of the workbench.
public enum Effect: Sendable, Equatable {
    /// Starts a session file as a new run; answered by `runOpened`. Overrides are `key=value`.
    case startRun(sessionPath: String, overrides: [String])
    /// Opens a run of the catalog; answered by `runOpened` and `runHistory`.
    case openRun(name: String)
    /// Continues a run that ended early, from its last checkpoint; answered by `runOpened`.
    case resumeRun(name: String)
    /// Reads the past of a run; answered by `runHistory` slices.
    case loadHistory(name: String)
    /// Steers a run.
    case control(runName: String, RunCommand)
    /// Evaluates a run's network at one threshold per layer, SNR units, or `ThresholdEvaluation.byEvidence`; answered by
    /// an `evaluation` event, or `evaluationFailed`. The newest request of a run counts.
    case evaluate(runName: String, thresholds: [Double], requestIdentifier: Int)
    /// Looks at draws of chains, which takes too long for the thread of the screen; answered by `chainsAnalysed`. The
    /// newest request counts.
    case analyseChains(ChainAnalysisRequest)
    /// Looks at all draws of a sampler, likewise and beside that; answered by `samplerSummarised`.
    case summariseSampler(SamplerSummaryRequest)
    /// Writes a run's data to a file; answered by `commandFinished`.
    case export(runName: String, format: String, path: String)
    /// Writes a run's network, without the units that the thresholds remove, to a file; answered by `commandFinished`.
    /// Without thresholds those of the session hold, one for all layers, several one per layer.
    case compact(runName: String, path: String, thresholds: [Double])
    /// Reads the catalog and the session files again; answered by `catalog` and `sessions`.
    case refreshCatalog
    /// Colours.
    case setTheme(Palette)
    /// Whether the terminal reports the mouse.
    case setMouse(Bool)
    /// Glyphs. The model already draws with them; the terminal may want to know.
    case setGlyphs(GlyphTier)
    /// Stops the process until its shell resumes it.
    case suspend
    /// Repaints every cell.
    case repaint
    /// Sends text to the clipboard of the terminal.
    case writeClipboard(String)
    /// Rings the bell.
    case ringBell
    /// Leaves. `stopRuns` says whether own runs are stopped after a checkpoint or go on without a screen.
    case quit(stopRuns: Bool)
}
