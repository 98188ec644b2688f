// SPDX-License-Identifier: Apache-2.0
// The second row: the screens with their keys, and what the current screen says about itself.

import Screen

/// The row of tabs.
struct TabRow: Widget {
    let model: WorkbenchModel

    init(_ model: WorkbenchModel) { self.model = model }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        var end = area.left
        for tab in model.tabs {
            let isCurrent = tab.name == model.screen
            let pieces =
                isCurrent
                ? [StyledText(" \(tab.key) \(tab.title) ", Style(.focus).with([.bold, .underline]))]
                : [StyledText(" \(tab.key)", .key), StyledText(" \(tab.title) ", .dim)]
            buffer.write(
                pieces, at: Position(row: area.top, column: area.left + tab.offset),
                maximumWidth: max(0, area.width - tab.offset))
            end = area.left + tab.offset + tab.width
        }
        let status = screenType(named: model.screen)?.status(model) ?? []
        let width = status.reduce(0) { $0 + $1.columns }
        guard end + 1 + width + 1 <= area.right else { return }
        buffer.write(status, at: Position(row: area.top, column: area.right - width - 1))
    }
}
