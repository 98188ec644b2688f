// SPDX-License-Identifier: Apache-2.0
// What stands on and above the curves of a line chart: reference lines, crosshair, heading with legend.

extension LineChart {
    func drawReferences(on buffer: inout CellBuffer, frame: ChartFrame) {
        for reference in references {
            let style = Style(reference.role)
            switch reference.direction {
            case .horizontal:
                guard let row = frame.row(reference.value) else { continue }
                for column in frame.plot.columns {
                    buffer.write("╌", at: Position(row: row, column: column), style: style)
                }
            case .vertical:
                guard let column = frame.column(reference.value) else { continue }
                for row in frame.plot.rows {
                    buffer.write("╎", at: Position(row: row, column: column), style: style)
                }
            }
        }
    }

    func drawMarkers(on buffer: inout CellBuffer, frame: ChartFrame) {
        for marker in markers {
            guard let column = frame.column(marker.x), let row = frame.row(marker.y) else { continue }
            buffer.write(
                String(Character(marker.glyph)), at: Position(row: row, column: column),
                style: Style(marker.role).with(.bold))
        }
    }

    func drawReferenceLabels(on buffer: inout CellBuffer, frame: ChartFrame) {
        // Lines on the same row have their labels side by side.
        var ends: [Int: Int] = [:]
        for reference in references where !reference.label.isEmpty {
            let width = SafeText.columns(of: reference.label)
            let style = Style(reference.role)
            switch reference.direction {
            case .horizontal:
                guard let row = frame.row(reference.value) else { continue }
                let start = (ends[row] ?? frame.plot.right) - width - 1
                guard start > frame.plot.left else { continue }
                buffer.write(reference.label, at: Position(row: row, column: start), style: style)
                ends[row] = start - 1
            case .vertical:
                guard let column = frame.column(reference.value), width + 1 <= frame.plot.width else { continue }
                let start = column + 1 + width <= frame.plot.right ? column + 1 : column - width
                buffer.write(reference.label, at: Position(row: frame.plot.bottom - 1, column: start), style: style)
            }
        }
    }

    /// A vertical line through the plot and the x value under it.
    func drawCrosshair(on buffer: inout CellBuffer, frame: ChartFrame) {
        guard let crosshair, let column = frame.column(crosshair) else { return }
        for row in frame.plot.rows {
            buffer.write("│", at: Position(row: row, column: column), style: Style(.cursor))
        }
        guard let place = crosshairLabel(frame) else { return }
        buffer.write(
            place.text, at: Position(row: frame.plot.bottom + 1, column: place.columns.lowerBound),
            style: Style(.selection))
    }

    /// The x value at the crosshair and the columns that it takes under the axis.
    func crosshairLabel(_ frame: ChartFrame) -> (text: String, columns: Range<Int>)? {
        guard let crosshair, let column = frame.column(crosshair) else { return nil }
        let text = " " + xText(crosshair) + " "
        let width = SafeText.columns(of: text)
        let start = max(frame.plot.left, min(column - width / 2, frame.plot.right - width))
        return (text, start..<start + width)
    }

    private func xText(_ x: Double) -> String {
        switch xFormat {
        case .number:
            return x == x.rounded() && abs(x) < 1e15 ? NumberText.grouped(Int(x)) : NumberText.significant(x, digits: 5)
        case .elapsed: return NumberText.duration(seconds: x)
        case .clock(let offset):
            let second = ((Int(min(1e15, max(-1e15, x))) + offset) % 86400 + 86400) % 86400
            return [second / 3600, second / 60 % 60, second % 60].map { ($0 < 10 ? "0" : "") + String($0) }
                .joined(separator: ":")
        }
    }

    /// Title and notes on the left, legend on the right; the legend gives way when there is no room for both.
    func drawHeading(on buffer: inout CellBuffer, in area: Rectangle, layout: Layout?, nonFiniteCount: Int) {
        guard !area.isEmpty else { return }
        var heading = [StyledText(title, .title)]
        if !subtitle.isEmpty { heading.append(StyledText(" " + subtitle, .dim)) }
        if yScale == .logarithmic { heading.append(StyledText(" log", .dim)) }
        if let factor = layout?.frame.yTicks.factor, !factor.isEmpty {
            let text = buffer.capabilities.glyphs == .ascii ? SevenBit.spellingPowers(factor) : factor
            heading.append(StyledText(" " + text, .dim))
        }
        if nonFiniteCount > 0 {
            heading.append(StyledText(" ×\(NumberText.grouped(nonFiniteCount)) not finite", .bad))
        }
        let used = buffer.write(heading, at: area.origin, maximumWidth: area.width)
        let legend = showsLegend ? legendPieces(buffer.capabilities) : []
        let width = legend.reduce(0) { $0 + $1.columns }
        if used + 2 + width <= area.width {
            buffer.write(legend, at: Position(row: area.top, column: area.right - width))
        } else if used + 8 <= area.width {
            buffer.write(
                legend, at: Position(row: area.top, column: area.left + used + 2), maximumWidth: area.width - used - 2)
        }
    }

    private func legendPieces(_ capabilities: Capabilities) -> [StyledText] {
        lines.filter(\.isListed).flatMap { line -> [StyledText] in
            let style = Style(.series(line.colorIndex))
            var pieces = [StyledText("  " + LineChart.sample(line, capabilities) + " ", style)]
            pieces.append(StyledText(line.name, .text))
            if let crosshair, let index = line.points.index(nearestTo: crosshair) {
                let raw = NumberText.significant(line.points.y(at: index))
                if let smoothed = line.smoothed, index < smoothed.count {
                    pieces.append(StyledText(" " + NumberText.significant(smoothed[index]), style.with(.bold)))
                    pieces.append(StyledText(" (\(raw))", .dim))
                } else {
                    pieces.append(StyledText(" " + raw, style.with(.bold)))
                }
            }
            return pieces
        }
    }

    /// A short piece of the line as it is drawn.
    private static func sample(_ line: ChartLine, _ capabilities: Capabilities) -> String {
        if capabilities.glyphs == .ascii { return String(Character(LinePattern.letter(line.colorIndex))) }
        switch line.pattern ?? LinePattern.series(line.colorIndex, colors: capabilities.colors) {
        case .solid: return "━━"
        case .dashed: return "╍╍"
        case .dotted: return "··"
        case .dashDotted: return "━·"
        }
    }
}
