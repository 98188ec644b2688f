// SPDX-License-Identifier: Apache-2.0
// From the model to cells: a pure function that works at every size.

import EngineKit
public import Screen

/// Draws the workbench into a window of `height` times `width` cells.
///
/// Windows below 40x12 say what they need; keys work all the same.
public func view(_ model: WorkbenchModel, height: Int, width: Int) -> CellBuffer {
    var buffer = CellBuffer(height: height, width: width, capabilities: model.capabilities)
    guard height >= FrameLayout.minimum.height, width >= FrameLayout.minimum.width else {
        drawNeed(on: &buffer)
        return buffer
    }
    let layout = FrameLayout(height: height, width: width)
    TopLine(model).render(into: &buffer, in: layout.status)
    TabRow(model).render(into: &buffer, in: layout.tabs)
    buffer.withClip(layout.content) { buffer in
        screenType(named: model.screen)?.draw(model, on: &buffer, in: layout.content)
    }
    BottomLine(model).render(into: &buffer, in: layout.footer)
    buffer.withClip(Rectangle(height: layout.footer.top, width: width)) { buffer in
        drawOverlay(of: model, on: &buffer, in: Rectangle(height: layout.footer.top, width: width))
    }
    return buffer
}

/// Draws one screen of the model, whatever is on show, as `elbo snapshot` prints it; `nil` for an unknown name.
public func snapshot(_ model: WorkbenchModel, screen name: String, height: Int, width: Int) -> CellBuffer? {
    guard screenType(named: name) != nil else { return nil }
    var copy = model
    copy.screen = name
    copy.overlay = nil
    copy.notice = nil
    if name == ChainsScreen.name { copy.analyseNow() }
    return view(copy, height: height, width: width)
}

/// The names that `snapshot` knows.
public var screenNames: [String] { allScreens.map { $0.name } }

/// What a window that is too small says, as far as it fits.
private func drawNeed(on buffer: inout CellBuffer) {
    let need = "needs \(FrameLayout.minimum.width)×\(FrameLayout.minimum.height)"
    let have = "is \(buffer.width)×\(buffer.height)"
    let area = buffer.area
    let isLow = area.height < 2
    let rows = area.centered(height: isLow ? 1 : 2, width: area.width)
    buffer.write(isLow ? "\(need), \(have)" : need, in: rows.row(0), style: Style(.warning), alignment: .center)
    if !isLow { buffer.write(have, in: rows.row(1), style: Style(.dim), alignment: .center) }
}

/// What lies above the screen.
private func drawOverlay(of model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle) {
    switch model.overlay {
    case nil: break
    case .prompt: CompletionList(model).render(into: &buffer, in: area)
    case .help(let help): drawHelp(help, of: model, on: &buffer, in: area)
    case .quitQuestion:
        let names = model.ownActiveRuns
        let subject = names.count == 1 ? "\(names[0]) is" : "\(names.count) runs are"
        Dialog(
            title: "Leave?", message: "\(subject) being trained here. A stopped run can be continued later.",
            buttons: ["y  stop it and leave", "d  let it train on", "n  stay"], selected: 0
        ).render(into: &buffer, in: area)
    case .stopQuestion(let name):
        Dialog(
            title: "Stop?", message: "\(name) is saved and ends; it can be continued later.",
            buttons: ["y  stop", "n  let it run"], selected: 0
        ).render(into: &buffer, in: area)
    }
}

private func drawHelp(
    _ help: HelpState, of model: WorkbenchModel, on buffer: inout CellBuffer, in area: Rectangle
) {
    if help.content == .definition {
        let text = model.focusedDefinition
        Dialog(title: text.title, message: text.text, buttons: []).render(into: &buffer, in: area)
        return
    }
    let title = help.content == .map ? "Keys and operations" : "Keys"
    HelpOverlay(
        title: title, sections: model.helpSections(help.content), filter: help.filter, scroll: help.scroll
    ).render(into: &buffer, in: area.inset(by: 1))
}

extension WorkbenchModel {
    /// What the number in focus means.
    var focusedDefinition: (title: String, text: String) {
        if screen == CurvesScreen.name, let run, let name = CurvesScreen.focusedMetric(self) {
            let definition = run.description.metrics.definition(named: name)
            let unit = definition.map { $0.unit.isEmpty ? "" : "\nUnit: \($0.unit)" } ?? ""
            return (name, (definition?.definition ?? "The engine gives no definition.") + unit)
        }
        if screen == UncertaintyScreen.name { return ("Uncertainty", UncertaintyScreen.definition) }
        if screen == ChainsScreen.name { return ChainsScreen.definition(self) }
        if screen == SparsityScreen.name { return ("Signal-to-noise ratio", SparsityScreen.definition) }
        return ("Nothing in focus", "Curves, layers and chains have definitions: focus one and press ? twice.")
    }
}
