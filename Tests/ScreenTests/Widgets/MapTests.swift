// SPDX-License-Identifier: Apache-2.0
// Heat maps, unit maps, pictures, densities: brightness in cells.

import Screen
import Testing

@Suite struct MapTests {
    private let mono = Capabilities(glyphs: .braille, colors: .mono)

    @Test func heatMapsUseTheWholeRamp() {
        let map = HeatMap(rows: [[0, 0.5, 1], [.nan, 0.2, 2]], range: 0...1, cellWidth: 1)
        expectDrawing(map, height: 2, width: 3, capabilities: mono, " ▒█\n×░█")
        let buffer = map.rendered(height: 2, width: 3)
        #expect(buffer[0, 0].style.background == .role(.heat(0)))
        #expect(buffer[0, 2].style.background == .role(.heat(15)))
        #expect(buffer[1, 0].style == Style(.bad))
        expectDrawing(HeatMap(rows: [[0, 9]]), height: 1, width: 4, capabilities: mono, "  ██")
    }

    @Test func unitMapsBracketSurvivors() {
        let map = UnitMap(scores: [0, 1, 2, 3, 4], survives: [false, true, false, true, true], selected: 2)
        expectDrawing(map, height: 2, width: 9, " ▪ [■]‹▪›\n[■][■]")
        expectDrawing(map, height: 2, width: 4, "▪■▪■\n■")
        expectDrawing(map, height: 1, width: 4, "▪■▪…")
    }

    @Test func markedUnitsHaveAShapeOfTheirOwn() {
        var map = UnitMap(scores: [0, 1, 2, .nan], survives: [false, true, false, true])
        map.marked = [true, true, false, true]
        expectDrawing(map, height: 1, width: 12, " ◇ [◆] ▪ [×]")
        expectDrawing(map, height: 1, width: 4, "◇◆▪×")
        expectDrawing(
            map, height: 1, width: 4, capabilities: Capabilities(glyphs: .ascii, colors: .mono), "o@.x")
    }

    @Test func unitMapsTellTheUnitUnderAPosition() {
        let map = UnitMap(scores: [0, 1, 2, 3, 4], survives: [])
        let area = Rectangle(top: 2, left: 10, height: 2, width: 10)
        #expect(map.columnsPerUnit(in: area) == 3)
        #expect(map.unit(at: Position(row: 3, column: 14), in: area) == 4)
        #expect(map.unit(at: Position(row: 3, column: 16), in: area) == nil)
        #expect(map.unit(at: Position(row: 2, column: 19), in: area) == nil, "the unused column at the right")
        #expect(map.unit(at: Position(row: 9, column: 9), in: area) == nil)
    }

    @Test func picturesPutTwoPixelsIntoACell() {
        let picture = PixelGrid(width: 2, height: 3, pixels: [0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF, 0x123456, 0])
        let buffer = PixelImage(picture).rendered(height: 4, width: 8)
        #expect(buffer.lines()[..<2] == ["▀▀", "▀▀"])
        #expect(buffer[0, 0].style == Style(foreground: .rgb(0xFF0000), background: .rgb(0x0000FF)))
        #expect(buffer[0, 1].style == Style(foreground: .rgb(0x00FF00), background: .rgb(0xFFFFFF)))
        #expect(buffer[1, 0].style == Style(foreground: .rgb(0x123456)), "nothing below the last row")
    }

    @Test func largePicturesAreAveragedAndSmallOnesEnlarged() {
        let gradient = PixelGrid(width: 4, height: 4, grey: (0..<16).map { $0 % 4 < 2 ? 0 : 1 })
        let small = PixelImage(gradient).rendered(height: 1, width: 2)
        #expect(small[0, 0].style == Style(foreground: .rgb(0), background: .rgb(0)))
        #expect(small[0, 1].style == Style(foreground: .rgb(0xFFFFFF), background: .rgb(0xFFFFFF)))
        let room = Rectangle(height: 9, width: 13)
        #expect(PixelImage(gradient).size(fitting: room) == (2, 4))
        #expect(PixelImage(gradient, enlarges: true).size(fitting: room) == (6, 12))
        #expect(PixelImage(gradient).size(fitting: .empty) == (0, 0))
    }

    @Test func picturesWithoutColoursAreShaded() {
        let ramp = PixelGrid(width: 5, height: 2, grey: [0, 0.02, 0.1, 0.4, 1, 0, 0.02, 0.1, 0.4, 1])
        expectDrawing(PixelImage(ramp), height: 1, width: 5, capabilities: mono, "  ░▒█")
        let seven = Capabilities(glyphs: .ascii, colors: .mono)
        #expect(PixelImage(ramp).rendered(height: 1, width: 5, capabilities: seven).text().hasSuffix("@"))
    }

    @Test func densitiesShowMorePointsBrighter() {
        let x = [Double](repeating: 0.1, count: 100) + [0.9, .nan, 7]
        let y = [Double](repeating: 0.1, count: 100) + [0.9, 0.5, 0.5]
        let plot = DensityPlot(x: x, y: y, xRange: 0...1, yRange: 0...1)
        let buffer = plot.rendered(height: 4, width: 10)
        #expect(buffer[3, 1].style == Style(.heat(15)))
        #expect(buffer[0, 9].style != Style(.heat(15)) && buffer[0, 9].base != " ")
        #expect(buffer.text().filter { $0 != " " && $0 != "\n" }.count == 2, "only visible, finite points are drawn")
    }

    @Test func goldenOfADensityOverContours() {
        let x = (0..<3000).map { Double(($0 * 7919) % 3000) / 1500 - 1 }
        let y = x.enumerated().map { $1 * $1 - 0.5 + 0.0002 * Double(($0 * 104_729) % 1000) }
        let field = ScalarField(columns: 60, rows: 60, x: -1.5...1.5, y: -1...1) { x, y in
            -(y - x * x + 0.4) * (y - x * x + 0.4)
        }
        let plot = DensityPlot(
            title: "banana", x: x, y: y, xRange: -1.5...1.5, yRange: -1...1, field: field, levels: [-0.3, -0.05])
        expectGolden(plot.rendered(height: 20, width: 60), "density-plot")
    }

    @Test func fieldsInterpolateBetweenGridPoints() {
        let field = ScalarField(columns: 3, rows: 2, x: 0...2, y: 0...1) { x, y in x + 10 * y }
        #expect(field.values == [0, 1, 2, 10, 11, 12])
    }
}
