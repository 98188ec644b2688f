// SPDX-License-Identifier: Apache-2.0
// Memory, queues and frame times, as pairs of name and value.

import EngineKit
import Screen

/// How the program is doing; in one column, or in several where it is low and wide.
struct SystemPane: Widget {
    let model: WorkbenchModel

    init(_ model: WorkbenchModel) { self.model = model }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let pairs = pairs
        guard !area.isEmpty, !pairs.isEmpty else { return }
        let isLow = area.height < pairs.count + 1
        let across = isLow ? max(1, min(3, area.width / 26)) : 1
        let columns = area.columns([Constraint](repeating: .fraction(1), count: across), gap: 2)
        let down = (pairs.count + across - 1) / across
        for (index, pair) in pairs.enumerated() {
            let place = columns[index / down].row(index % down)
            guard !place.isEmpty else { continue }
            buffer.write(pair.name, in: place, style: Style(.dim))
            buffer.write(pair.value.text, in: place, style: pair.value.style, alignment: .right)
        }
    }

    private var pairs: [(name: String, value: StyledText)] {
        var pairs: [(name: String, value: StyledText)] = []
        let dropped = model.runs.reduce(0) { $0 + $1.droppedEvents }
        // What did not reach the screen is read from the store again: until then it is missing.
        let lost = model.runs.reduce(0) { $0 + ($1.isLoading ? $1.droppedEvents : 0) }
        let points = model.runs.reduce(0) { $0 + $1.curves.values.reduce(0) { $0 + $1.series.count } }
        if let report = model.systemReport {
            pairs += [
                ("memory", StyledText(NumberText.compact(Double(report.residentBytes)) + "B")),
                ("threads", StyledText(String(report.threads))),
                ("frame", StyledText(NumberText.fixed(report.medianFrameMilliseconds, decimals: 1) + " ms")),
                ("frame p99", StyledText(NumberText.fixed(report.highFrameMilliseconds, decimals: 1) + " ms")),
                ("bytes per frame", StyledText(NumberText.grouped(report.bytesPerFrame))),
                ("frames", StyledText(NumberText.grouped(report.frames))),
                ("events waiting", StyledText(NumberText.grouped(report.storeQueue))),
                ("waited for disk", StyledText(NumberText.fixed(report.storeWaitSeconds, decimals: 1) + " s")),
            ]
        }
        pairs += [
            ("open runs", StyledText(String(model.runs.count))),
            ("points", StyledText(NumberText.grouped(points))),
            ("events lost", StyledText(NumberText.grouped(lost), lost > 0 ? .bad : .text)),
            ("read again", StyledText(NumberText.grouped(dropped), dropped > 0 ? .warning : .text)),
            ("log lines dropped", StyledText(NumberText.grouped(model.log.dropped))),
        ]
        return pairs
    }
}
