// SPDX-License-Identifier: Apache-2.0
// Dots become the right glyphs, lines are clipped before they are drawn, colours go by majority and rank.

import Screen
import Testing

@Suite struct DotCanvasTests {
    private func drawn(_ canvas: DotCanvas) -> CellBuffer {
        var buffer = CellBuffer(height: canvas.height, width: canvas.width)
        canvas.draw(on: &buffer, at: Position(row: 0, column: 0))
        return buffer
    }

    private func line(
        _ glyphs: GlyphTier, height: Int, width: Int, _ from: (Double, Double), _ to: (Double, Double)
    ) -> [String] {
        var canvas = DotCanvas(height: height, width: width, glyphs: glyphs)
        let layer = canvas.addLayer(style: .plain)
        canvas.line(fromX: from.0, y: from.1, toX: to.0, y: to.1, layer: layer)
        return drawn(canvas).lines()
    }

    @Test func everyGlyphSetShowsADiagonal() {
        #expect(line(.braille, height: 2, width: 4, (0, 0), (7, 7)) == ["⠑⢄", "  ⠑⢄"])
        #expect(line(.block, height: 2, width: 2, (0, 0), (3, 3)) == ["▚", " ▚"])
        #expect(line(.half, height: 2, width: 4, (0, 0), (3, 3)) == ["▀▄", "  ▀▄"])
        #expect(line(.ascii, height: 3, width: 3, (0, 0), (2, 2)) == ["*", " *", "  *"])
    }

    @Test func everySingleDotHasItsOwnGlyph() {
        for glyphs in GlyphTier.allCases {
            var seen: Set<String> = []
            for y in 0..<glyphs.dotsDown {
                for x in 0..<glyphs.dotsAcross {
                    var canvas = DotCanvas(height: 1, width: 1, glyphs: glyphs)
                    let layer = canvas.addLayer(style: .plain)
                    canvas.dot(x: x, y: y, layer: layer)
                    seen.insert(drawn(canvas).text())
                }
            }
            #expect(seen.count == glyphs.dotsAcross * glyphs.dotsDown)
        }
        #expect(line(.braille, height: 1, width: 1, (1, 3), (1, 3)) == ["⢀"])
    }

    @Test func farEndsAreClippedWithoutChangingTheSlope() {
        let inside = line(.braille, height: 3, width: 10, (0, 6), (19.9, 6))
        #expect(line(.braille, height: 3, width: 10, (-1e9, 6), (1e9, 6)) == inside)
        #expect(line(.braille, height: 3, width: 10, (5, -1e12), (5, 1e12)) == ["  ⢸", "  ⢸", "  ⢸"])
        #expect(line(.braille, height: 3, width: 10, (-5, -5), (-1, 20)) == ["", "", ""])
        #expect(line(.braille, height: 3, width: 10, (.nan, 0), (5, 5)) == ["", "", ""])
        #expect(line(.braille, height: 0, width: 0, (0, 0), (5, 5)) == [])
    }

    @Test func dotsOutsideAreIgnored() {
        var canvas = DotCanvas(height: 1, width: 1, glyphs: .braille)
        let layer = canvas.addLayer(style: .plain)
        for (x, y) in [(-1, 0), (0, -1), (2, 0), (0, 4)] { canvas.dot(x: x, y: y, layer: layer) }
        canvas.vertical(x: 0, from: -9, to: -0.5, layer: layer)
        canvas.vertical(x: 0, from: 4, to: 9, layer: layer)
        #expect(canvas.bits(row: 0, column: 0, layer: layer) == 0)
        canvas.vertical(x: 1, from: 9, to: -9, layer: layer)
        #expect(drawn(canvas).text() == "⢸")
    }

    @Test func theCurveWithMostDotsInACellGivesItsColour() {
        var canvas = DotCanvas(height: 1, width: 2, glyphs: .braille)
        let first = canvas.addLayer(style: Style(.series(0)))
        let second = canvas.addLayer(style: Style(.series(1)))
        canvas.dot(x: 0, y: 0, layer: first)
        canvas.vertical(x: 1, from: 0, to: 3, layer: second)
        canvas.dot(x: 2, y: 0, layer: first)
        let buffer = drawn(canvas)
        #expect(buffer.text() == "⢹⠁")
        #expect(buffer[0, 0].style == Style(.series(1)))
        #expect(buffer[0, 1].style == Style(.series(0)))
    }

    @Test func higherRanksStayClean() {
        var canvas = DotCanvas(height: 1, width: 1, glyphs: .braille)
        let raw = canvas.addLayer(style: Style(.pale(0)), rank: 0)
        let smooth = canvas.addLayer(style: Style(.series(0)), rank: 1)
        canvas.vertical(x: 0, from: 0, to: 3, layer: raw)
        canvas.dot(x: 1, y: 1, layer: smooth)
        let buffer = drawn(canvas)
        #expect(buffer.text() == "⠐")
        #expect(buffer[0, 0].style == Style(.series(0)))
    }

    @Test func patternsLeaveGaps() {
        func pattern(_ pattern: LinePattern) -> String {
            var canvas = DotCanvas(height: 1, width: 9, glyphs: .braille)
            let layer = canvas.addLayer(style: .plain, pattern: pattern)
            canvas.line(fromX: 0, y: 0, toX: 17, y: 0, layer: layer)
            return drawn(canvas).text()
        }
        #expect(pattern(.solid) == "⠉⠉⠉⠉⠉⠉⠉⠉⠉")
        #expect(pattern(.dashed) == "⠉⠉ ⠈⠉⠁ ⠉⠉")
        #expect(pattern(.dotted) == "⠁⠈ ⠁⠈ ⠁⠈")
        #expect(Set(LinePattern.allCases.map(pattern)).count == LinePattern.allCases.count)
    }
}
