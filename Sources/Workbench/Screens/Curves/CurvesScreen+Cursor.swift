// SPDX-License-Identifier: Apache-2.0
// Moving on the curves screen: focus between charts, crosshair along values, zoom and pan of the common x axis.

import Screen

extension CurvesScreen {
    static func move(_ motion: Motion, _ model: inout WorkbenchModel) -> [Effect] {
        if model.curvesState.crosshair != nil, model.moveCrosshair(motion) { return [] }
        model.moveFocus(motion)
        return []
    }

    /// A click focuses a chart and puts the crosshair there; the wheel zooms about the pointer.
    static func mouse(_ event: MouseEvent, in area: Rectangle, _ model: inout WorkbenchModel) -> [Effect] {
        let position = Position(row: event.row, column: event.column)
        let hit = charts(model, in: panes(model, area).charts).first { $0.area.contains(position) }
        guard let hit else { return [] }
        let step = chart(hit.metric, model).x(atColumn: event.column, in: hit.area)
        switch event.kind {
        case .press(1), .drag(1):
            if case .press = event.kind { model.curvesState.focus = hit.metric }
            if let step { model.placeCrosshair(at: step) }
        case .press: model.curvesState.crosshair = nil
        case .wheelUp: model.zoom(by: 0.8, about: step)
        case .wheelDown: model.zoom(by: 1.25, about: step)
        case .drag, .release: break
        }
        return []
    }
}

extension WorkbenchModel {
    /// The curve that the crosshair walks along.
    private var cursorCurve: Curve? { CurvesScreen.focusedMetric(self).flatMap { run?.curves[$0] } }

    /// Puts the crosshair on the value of the focused curve nearest to a step.
    mutating func placeCrosshair(at step: Double) {
        guard let series = cursorCurve?.series, let index = series.index(nearestTo: step) else { return }
        curvesState.crosshair = series.x(at: index)
        revealCrosshair()
    }

    /// Switches the crosshair on at the newest visible value, or off.
    mutating func toggleCrosshair() {
        if curvesState.crosshair != nil {
            curvesState.crosshair = nil
        } else if let range = curvesState.window ?? CurvesScreen.fullRange(self) {
            placeCrosshair(at: range.upperBound)
        }
    }

    /// Moves the crosshair by values of the focused curve.
    ///
    /// - Returns: whether the motion is one of the crosshair's.
    fileprivate mutating func moveCrosshair(_ motion: Motion) -> Bool {
        let step: Int
        switch motion {
        case .left: step = -1
        case .right: step = 1
        case .farLeft: step = -10
        case .farRight: step = 10
        case .first: step = -1_000_000_000
        case .last: step = 1_000_000_000
        default: return false
        }
        guard let series = cursorCurve?.series, let crosshair = curvesState.crosshair,
            let index = series.index(nearestTo: crosshair)
        else { return true }
        curvesState.crosshair = series.x(at: min(series.count - 1, max(0, index + step)))
        revealCrosshair()
        return true
    }

    /// Moves a zoomed window so that the crosshair is inside.
    private mutating func revealCrosshair() {
        guard let window = curvesState.window, let step = curvesState.crosshair, !window.contains(step) else { return }
        let shift = step < window.lowerBound ? step - window.lowerBound : step - window.upperBound
        curvesState.window = window.lowerBound + shift...window.upperBound + shift
    }

    /// Moves the focus between charts.
    fileprivate mutating func moveFocus(_ motion: Motion) {
        let shown = CurvesScreen.metrics(self)
        guard let focus = CurvesScreen.focusedMetric(self), let index = shown.firstIndex(of: focus) else { return }
        let page = CurvesScreen.page(self)
        let target: Int
        switch motion {
        case .left, .previous: target = index - 1
        case .right, .next: target = index + 1
        case .up: target = index - page.columns
        case .down: target = index + page.columns
        case .pageUp, .halfPageUp, .farLeft: target = index - page.size
        case .pageDown, .halfPageDown, .farRight: target = index + page.size
        case .first: target = 0
        case .last: target = shown.count - 1
        }
        // Tab goes around, the others stop at the ends.
        let goesAround = motion == .next || motion == .previous
        let count = shown.count
        curvesState.focus = shown[goesAround ? (target + count) % count : min(count - 1, max(0, target))]
    }

    /// Zooms the common x axis about the crosshair, a place, or the newest end.
    mutating func zoom(by factor: Double, about place: Double? = nil) {
        guard let full = CurvesScreen.fullRange(self), full.upperBound > full.lowerBound else { return }
        let window = curvesState.window ?? full
        let center = place ?? curvesState.crosshair ?? window.upperBound
        // Below one step per thousand columns there is nothing to see.
        guard factor > 1 || window.upperBound - window.lowerBound > 4 else { return }
        let low = max(full.lowerBound, center - (center - window.lowerBound) * factor)
        let high = min(full.upperBound, center + (window.upperBound - center) * factor)
        let isAll = low <= full.lowerBound && high >= full.upperBound
        curvesState.window = isAll || low >= high ? nil : low...high
    }

    /// Moves a zoomed window by a fraction of its width, within the data.
    mutating func pan(by fraction: Double) {
        guard let full = CurvesScreen.fullRange(self), let window = curvesState.window else { return }
        let wanted = (window.upperBound - window.lowerBound) * fraction
        let shift = min(max(0, full.upperBound - window.upperBound), max(full.lowerBound - window.lowerBound, wanted))
        curvesState.window = window.lowerBound + shift...window.upperBound + shift
    }
}
