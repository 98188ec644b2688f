// SPDX-License-Identifier: Apache-2.0
// Draws over the contour lines of their target, and proposals in slow motion above both.

import EngineKit
import Screen

/// The density of the draws; of a single coordinate its histogram.
struct ChainDensity: Widget {
    /// Contour lines, in nats below the maximum.
    static let levels = [0.5, 2, 4.5, 8]

    let content: ChainsContent
    let isFocused: Bool

    init(_ content: ChainsContent, isFocused: Bool) {
        (self.content, self.isFocused) = (content, isFocused)
    }

    func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        let (heading, rest) = area.splitTop(area.height >= 4 ? 1 : 0)
        guard let picture = picture() else {
            content.drawAbsence(ChainsView.density.title, on: &buffer, in: area)
            return
        }
        drawHeading(on: &buffer, in: heading)
        picture.render(into: &buffer, in: rest)
    }

    private func drawHeading(on buffer: inout CellBuffer, in area: Rectangle) {
        buffer.write(
            [StyledText(title, isFocused ? .focus : .title), StyledText("  " + subtitle, .dim)], at: area.origin,
            maximumWidth: area.width)
    }

    // MARK: Words

    /// The coordinates in the order of the axes.
    private var axes: (Int, Int) {
        (min(content.state.coordinate, content.state.other), max(content.state.coordinate, content.state.other))
    }

    private var title: String {
        let chains = content.run.chains
        guard content.sampler?.shape.dimension != 1 else { return content.coordinate }
        return "\(chains.coordinateName(axes.0)) and \(chains.coordinateName(axes.1))"
    }

    /// How many draws of which phase there are, or which move is on show.
    var subtitle: String {
        if let move, let number = content.state.move {
            let accepted = move.proposals.count { $0.isAccepted }
            let place = content.sampler.map { "\(number - $0.moves.first + 1) of \($0.moves.end - $0.moves.first)" }
            return "proposal \(place ?? ""), \(accepted) of \(move.proposals.count) accepted"
        }
        guard let sampler = content.sampler else { return "the target" }
        if sampler.draws == nil, let training = sampler.training {
            return "training, step \(NumberText.grouped(training.step))"
        }
        guard let analysis = content.analysis else { return "computing …" }
        let phase = sampler.phase == .burnIn ? "burn-in" : "kept"
        return "\(analysis.chainCount) × \(NumberText.grouped(analysis.drawCount)) \(phase)\(content.isOld ? " …" : "")"
    }

    // MARK: The picture

    /// What the axes show without being told.
    var ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
        if content.sampler?.shape.dimension == 1 { return content.analysis.map { ($0.pictures.xRange, 0...1) } }
        return plot.map { ($0.xRange, $0.yRange) }
    }

    /// The picture on given axes; `nil` where there is nothing to draw.
    func picture(ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>)? = nil) -> (any Widget)? {
        if content.sampler?.shape.dimension == 1 {
            return Histogram(sorted: content.analysis?.pictures.x ?? [], range: ranges?.x)
        }
        guard var plot else { return nil }
        if let ranges { (plot.xRange, plot.yRange) = (ranges.x, ranges.y) }
        return plot
    }

    private var move: ChainMove? {
        guard let number = content.state.move else { return nil }
        return content.sampler?.moves[number]
    }

    /// The picture; `nil` where there is nothing to draw.
    var plot: DensityPlot? {
        let target = content.run.chains
        var plot = DensityPlot(x: [], y: [], xRange: 0...1, yRange: 0...1)
        if let sampler = content.sampler {
            if sampler.draws == nil, let training = sampler.training {
                (plot.x, plot.y) = (training.coordinate(axes.0), training.coordinate(axes.1))
                (plot.xRange, plot.yRange) = (ChainPictures.range(plot.x), ChainPictures.range(plot.y))
            } else if let pictures = content.analysis?.pictures {
                (plot.x, plot.y) = (pictures.x, pictures.y)
                (plot.xRange, plot.yRange) = (pictures.xRange, pictures.yRange)
            } else if target.field == nil {
                return nil
            }
        }
        if let field = target.field, let plane = target.target?.plane, axes == (0, 1) || content.sampler == nil {
            plot.field = field
            let highest = field.values.max() ?? 0
            plot.levels = Self.levels.map { highest - $0 }
            // The outer points of the grid are centres of cells, and the field reaches from one to the other.
            let (width, height) = (
                (plane.right - plane.left) / Double(plane.columns), (plane.top - plane.bottom) / Double(plane.rows)
            )
            plot.xRange = (plane.left + width / 2)...(plane.right - width / 2)
            plot.yRange = (plane.bottom + height / 2)...(plane.top - height / 2)
        } else if content.sampler == nil {
            return nil
        }
        if let move {
            // Proposals would hardly be seen among thousands of draws.
            if plot.field != nil { (plot.x, plot.y) = ([], []) }
            plot.moves = move.proposals.enumerated().compactMap { plotMove($1, colorIndex: $0) }
        }
        return plot
    }

    private func plotMove(_ proposal: ChainMove.Proposal, colorIndex: Int) -> PlotMove? {
        func point(_ state: [Float]) -> PlotPoint? {
            guard axes.0 >= 0, axes.1 < state.count else { return nil }
            return PlotPoint(x: Double(state[axes.0]), y: Double(state[axes.1]))
        }
        return point(proposal.proposed).map { end in
            PlotMove(from: point(proposal.old), to: end, isAccepted: proposal.isAccepted, colorIndex: colorIndex)
        }
    }
}
