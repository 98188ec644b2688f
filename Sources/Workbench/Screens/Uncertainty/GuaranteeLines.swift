// SPDX-License-Identifier: Apache-2.0
// What the untouched network makes of the test set, beside the selected method for every number of draws.

import Screen

/// The slider of draws, the untouched network, and what each number of draws costs or gains.
///
/// Numbers are good where they are no worse than those of the untouched network.
struct GuaranteeLines: Widget {
    let view: UncertaintyView

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let method = view.method else {
            buffer.write("The fit is being made; predictions follow.", in: area.row(0), style: Style(.dim))
            return
        }
        drawSlider(method, on: &buffer, in: area.row(0))
        let untouched = view.untouched(method)
        let base = untouched?.scores.last
        let name = "untouched network"
        let width = max(name.count, method.title.count) + 2
        let objects = untouched.map { $0.isComplete ? "" : "  \($0.received[0]) of \($0.totals[0]) objects" } ?? ""
        write(name, width, [StyledText(Self.text(base), .title), StyledText(objects, .dim)], &buffer, area.row(1))
        var columns = method.drawCounts.indices.compactMap { column(method, $0, base) }
        // The ends are what matters: one draw, and all of them.
        while columns.count > 2, columns.reduce(width, { $0 + $1.width }) > area.width { columns.remove(at: 1) }
        write(method.title, width, columns.flatMap(\.parts), &buffer, area.row(2))
    }

    /// What one number of draws gives; `nil` before it is known.
    private func column(
        _ method: PredictedMethod, _ place: Int, _ base: MethodScores?
    ) -> (parts: [StyledText], width: Int)? {
        let scores = method.scores[place]
        let isLast = place == method.drawCounts.count - 1
        guard scores.error != nil || isLast else { return nil }
        let head = method.isRandom ? (place == 0 ? "K=" : "  ") + "\(method.drawCounts[place]) " : ""
        let text = Self.pair(scores, isShort: method.isRandom)
        let parts = [
            StyledText(head, place == view.place(method) ? .focus : .dim),
            StyledText(text, Self.isNoWorse(scores, than: base) ? .good : .bad),
        ]
        return (parts, head.count + text.count)
    }

    private func write(
        _ name: String, _ width: Int, _ parts: [StyledText], _ buffer: inout CellBuffer, _ row: Rectangle
    ) {
        guard row.height > 0 else { return }
        let label = name + String(repeating: " ", count: max(1, width - name.count))
        buffer.write([StyledText(label, .dim)] + parts, at: row.origin, maximumWidth: row.width)
    }

    private func drawSlider(_ method: PredictedMethod, on buffer: inout CellBuffer, in row: Rectangle) {
        let (left, right) = row.splitRight(min(30, row.width / 3))
        buffer.write("x  \(view.state.chart.rawValue)", in: right, style: Style(.title), alignment: .right)
        guard method.isRandom else {
            buffer.write("\(method.title): one prediction, nothing to average", in: left, style: Style(.dim))
            return
        }
        let places = method.drawCounts.count
        var slider = Slider(
            "draws averaged", value: Double(view.place(method)), range: 0...Double(places - 1),
            marks: (0..<places).map(Double.init), isFocused: true)
        slider.valueText = "\(method.drawCounts[view.place(method)]) of \(method.drawCounts[places - 1])"
        slider.render(into: &buffer, in: left.splitLeft(min(left.width, 60)).left)
    }

    private static func isNoWorse(_ scores: MethodScores, than base: MethodScores?) -> Bool {
        guard let own = scores.negativeLogLikelihood, let theirs = base?.negativeLogLikelihood else { return true }
        return own <= theirs
    }

    private static func text(_ scores: MethodScores?) -> String {
        scores.map { pair($0, isShort: false) } ?? "not predicted in this run: add running to sbn.methods"
    }

    /// Error and likelihood, such as `error 0.35 %  nll 0.0131`, or `0.35/0.0131`.
    private static func pair(_ scores: MethodScores, isShort: Bool) -> String {
        guard let error = scores.error else { return "–" }
        let loss = scores.negativeLogLikelihood.map { NumberText.fixed($0, decimals: 4) } ?? "∞"
        let percent = NumberText.fixed(error, decimals: 2)
        return isShort ? "\(percent)/\(loss)" : "error \(percent) %  nll \(loss)"
    }
}
