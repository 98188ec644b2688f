// SPDX-License-Identifier: Apache-2.0
// The first row: which run, what it is doing, how far it is.

import EngineKit
import Screen

/// Name, engine and state of the current run; stage, step, rate and remaining time.
struct TopLine: Widget {
    let model: WorkbenchModel

    init(_ model: WorkbenchModel) { self.model = model }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let run = model.run else {
            StatusLine(left: [StyledText("elbo", .title)], right: [StyledText("Bayesian deep learning", .text)])
                .render(into: &buffer, in: area)
            return
        }
        let right = right(run, width: area.width)
        let room = area.width - 4 - right.reduce(0) { $0 + $1.columns }
        // The longest form that fits; the state matters more than engine and stage.
        let forms = [left(run, detail: 2), left(run, detail: 1), left(run, detail: 0)]
        let left = forms.first { form in form.reduce(0) { $0 + $1.columns } <= room } ?? forms[2]
        StatusLine(left: left, right: right).render(into: &buffer, in: area)
    }

    private func left(_ run: OpenRun, detail: Int) -> [StyledText] {
        var pieces = [StyledText(run.name, .title)]
        if detail >= 1 { pieces.append(StyledText("  " + run.description.engine, .text)) }
        if detail >= 2, let stage = run.progress?.stage, !stage.isEmpty {
            pieces.append(StyledText(" · " + stage, .text))
        }
        pieces.append(StyledText("  \(run.state.mark) \(run.state.rawValue)", run.state.role))
        if run.isLoading { pieces.append(StyledText("  reading its past …", .text)) }
        if let frozen = model.frozen {
            pieces.append(StyledText("  frozen, \(NumberText.grouped(frozen.waiting)) waiting", .warning))
        }
        return pieces
    }

    private func right(_ run: OpenRun, width: Int) -> [StyledText] {
        guard let progress = run.progress else { return [] }
        var pieces: [StyledText] = []
        if width >= 120, progress.epoch > 0 {
            pieces.append(StyledText("epoch \(NumberText.fixed(progress.epoch, decimals: 1))   ", .text))
        }
        var position = (width >= 60 ? "step " : "") + NumberText.grouped(progress.step)
        if width >= 60, let total = progress.totalSteps { position += " / " + NumberText.grouped(total) }
        pieces.append(StyledText(position, .text))
        guard run.state == .running, let rate = run.pace.stepsPerSecond else { return pieces }
        if width >= 100 { pieces.append(StyledText("   \(NumberText.significant(rate, digits: 3)) /s", .text)) }
        if width >= 72, let left = run.pace.secondsLeft(from: progress.step, of: progress.totalSteps) {
            pieces.append(StyledText("   " + NumberText.duration(seconds: left) + " left", .text))
        }
        return pieces
    }
}

extension RunState {
    /// A sign that also reads without colours.
    var mark: String {
        switch self {
        case .starting: "○"
        case .running: "●"
        case .paused: "‖"
        case .finished: "✓"
        case .stopped: "■"
        case .failed: "✗"
        case .interrupted: "!"
        }
    }

    /// The colour of the sign.
    var role: Role {
        switch self {
        case .running, .finished: .good
        case .starting, .stopped: .text
        case .paused: .warning
        case .failed, .interrupted: .bad
        }
    }
}
