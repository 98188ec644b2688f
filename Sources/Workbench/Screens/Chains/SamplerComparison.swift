// SPDX-License-Identifier: Apache-2.0
// Two samplers of the same target side by side, on the same axes over the same lines.

import EngineKit
import Screen

/// The draws of the sampler on show beside those of another one.
struct SamplerComparison: Widget {
    let content: ChainsContent
    let isFocused: Bool

    init(_ content: ChainsContent, isFocused: Bool) {
        (self.content, self.isFocused) = (content, isFocused)
    }

    /// From here on pictures lie side by side, below it one above the other.
    private static let sideBySideWidth = 60

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard let second = content.model.secondSampler else {
            let isAlone = content.run.chains.samplers.count == 1
            return content.drawAbsence(
                ChainsView.compare.title, isAlone ? "This run has one sampler only." : nil, on: &buffer, in: area)
        }
        let parts: [Constraint] = [.fraction(1), .fraction(1)]
        let places =
            area.width >= Self.sideBySideWidth ? area.columns(parts, gap: 2) : area.rows(parts)
        let contents = [content, ChainsContent(content.model, content.run, second)]
        let pictures = contents.map { ChainDensity($0, isFocused: false) }
        let ranges = Self.common(pictures.compactMap(\.ranges))
        for (index, place) in places.enumerated() {
            draw(pictures[index], ranges, isFirst: index == 0, on: &buffer, in: place)
        }
    }

    /// Axes on which all pictures fit; `nil` without pictures.
    private static func common(
        _ ranges: [(x: ClosedRange<Double>, y: ClosedRange<Double>)]
    ) -> (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
        func hull(_ one: ClosedRange<Double>, _ other: ClosedRange<Double>) -> ClosedRange<Double> {
            min(one.lowerBound, other.lowerBound)...max(one.upperBound, other.upperBound)
        }
        return ranges.dropFirst().reduce(ranges.first) { known, next in
            known.map { (hull($0.x, next.x), hull($0.y, next.y)) }
        }
    }

    private func draw(
        _ density: ChainDensity, _ ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>)?, isFirst: Bool,
        on buffer: inout CellBuffer, in area: Rectangle
    ) {
        guard let sampler = density.content.sampler else { return }
        let (heading, rest) = area.splitTop(area.height >= 8 ? 2 : area.height >= 4 ? 1 : 0)
        let name = StyledText(sampler.name, isFirst && isFocused ? .focus : .title)
        let numbers = StyledText(numbers(of: sampler), .dim)
        let draws = StyledText("  " + density.subtitle, .dim)
        buffer.write(
            [name, heading.height > 1 ? draws : StyledText("  " + numbers.text, .dim)], at: heading.origin,
            maximumWidth: heading.width)
        if heading.height > 1 {
            buffer.write([numbers], at: heading.row(1).origin, maximumWidth: heading.width)
        }
        guard let picture = density.picture(ranges: ranges) else {
            let isComing = sampler.draws != nil
            buffer.write(
                isComing ? "computing …" : "no draws yet", in: rest.centered(height: 1, width: rest.width),
                style: Style(.dim), alignment: .center)
            return
        }
        picture.render(into: &buffer, in: rest)
    }

    /// Acceptance and effective draws by time and by work, as in the table of samplers.
    private func numbers(of sampler: SamplerData) -> String {
        guard let summary = content.model.summary(of: sampler)?.summary else {
            return sampler.draws == nil ? "" : "computing …"
        }
        func text(_ column: SamplerColumn) -> String { column.text(of: summary) }
        return "acc \(text(.acceptance))  ESS \(text(.perSecond))/s  \(text(.perEvaluation))/density"
    }
}
