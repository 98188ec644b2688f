// SPDX-License-Identifier: Apache-2.0
// Where the parts of the chains screen lie: one alone, one with numbers, or all that fit.

import Screen

extension ChainsScreen {
    /// Columns of the numbers beside the pictures.
    private static let numbersWidth = 32
    /// From here on a second picture fits below the first one.
    private static let twoPicturesHeight = 28
    /// From here on two samplers fit below the table of all of them, small ones and ones that are worth looking at.
    private static let severalHeight = (small: 18, large: 26)
    /// From here on everything is shown at once.
    private static let everything = (height: 34, width: 150)

    /// The parts that are shown with their areas, and the row of the warm-up.
    static func layout(
        _ model: WorkbenchModel, in area: Rectangle
    ) -> (parts: [(view: ChainsView, area: Rectangle)], warmUp: Rectangle) {
        let state = model.chainsState
        let hasWarmUp = model.shownSampler?.draws != nil && area.height >= 9
        let (content, warmUp) = area.splitBottom(hasWarmUp ? 1 : 0)
        if state.isAlone || content.width < 76 || content.height < 14 { return ([(state.view, content)], warmUp) }
        if state.view.isOfSeveral { return (severalLayout(model, state.view, content), warmUp) }
        if content.width >= everything.width, content.height >= everything.height {
            return (everythingLayout(content, state.view), warmUp)
        }
        let main = state.view == .diagnostics ? ChainsView.density : state.view
        let (pictures, numbers) = content.splitRight(numbersWidth)
        var parts: [(view: ChainsView, area: Rectangle)] = [(.diagnostics, numbers)]
        if content.height >= twoPicturesHeight {
            let rows = pictures.inset(right: 1).rows([.fraction(3), .fraction(2)])
            parts.insert((main, rows[0]), at: 0)
            parts.append((main == .trace ? .mean : .trace, rows[1]))
        } else {
            parts.insert((main, pictures.inset(right: 1)), at: 0)
        }
        return (parts, warmUp)
    }

    /// The table of samplers above two of them where both fit.
    private static func severalLayout(
        _ model: WorkbenchModel, _ view: ChainsView, _ area: Rectangle
    ) -> [(view: ChainsView, area: Rectangle)] {
        let samplers = model.run?.chains.samplers.count ?? 0
        let height = view == .samplers ? severalHeight.small : severalHeight.large
        guard samplers > 1, area.height >= height else { return [(view, area)] }
        let (table, pictures) = area.splitTop(SamplerTable.height(samplers: samplers))
        return [(.samplers, table), (.compare, pictures.inset(top: 1))]
    }

    /// Of two pictures that say nearly the same, the chosen one.
    private static func everythingLayout(
        _ area: Rectangle, _ view: ChainsView
    ) -> [(view: ChainsView, area: Rectangle)] {
        let columns = area.columns([.fraction(1), .fraction(1), .fixed(numbersWidth + 11)], gap: 2)
        let left = columns[0].rows([.fraction(2), .fraction(1)])
        let middle = columns[1].rows([.fraction(1), .fraction(1), .fraction(1)])
        let bars = middle[2].columns([.fraction(1), .fraction(1)], gap: 2)
        let right = columns[2].rows([.fixed(24), .fraction(1)])
        return [
            (.density, left[0]), (.acceptance, left[1]), (.trace, middle[0]), (.mean, middle[1]),
            (view == .evolution ? .evolution : .autocorrelation, bars[0]),
            (view == .difference ? .difference : .ranks, bars[1]), (.diagnostics, right[0]), (.table, right[1]),
        ]
    }
}
