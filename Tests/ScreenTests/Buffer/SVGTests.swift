// SPDX-License-Identifier: Apache-2.0
// The screen as a picture.

import Screen
import Testing

@Suite struct SVGTests {
    @Test func drawsDotsAndBlocksAsShapesAndEscapesText() {
        var buffer = CellBuffer(height: 2, width: 6)
        buffer.write("<&>", at: Position(row: 0, column: 0), style: Style(.title))
        buffer.write("⠁█▌", at: Position(row: 1, column: 0), style: Style(.series(0)))
        let svg = buffer.svg(theme: Theme(.dark, tier: .direct))
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"48\" height=\"32\""))
        #expect(svg.hasSuffix("</svg>\n"))
        #expect(svg.contains(">&lt;</text>") && svg.contains(">&amp;</text>") && svg.contains("font-weight=\"bold\""))
        #expect(svg.contains("<path fill=\"#5fafff\" d=\"M1 17h2v2h-2z\"/>"), "one dot in the upper left")
        #expect(svg.contains("<rect x=\"8\" y=\"16\" width=\"8\" height=\"16\" fill=\"#5fafff\"/>"))
        #expect(svg.contains("<rect x=\"16\" y=\"16\" width=\"4\" height=\"16\" fill=\"#5fafff\"/>"))
    }

    @Test func framesAreLinesWithoutGaps() {
        let svg = Panel().rendered(height: 2, width: 2).svg(theme: Theme(.dark, tier: .direct))
        #expect(svg.contains("d=\"M4 8H8M4 8V16\""), "the upper left corner goes right and down")
        #expect(svg.contains("d=\"M12 24H8M12 24V16\""), "the lower right corner goes left and up")
        #expect(!svg.contains("<text"))
    }

    @Test func selectedRowsHaveTheirBackground() {
        var buffer = CellBuffer(height: 1, width: 2)
        buffer.fill(buffer.area, style: Style(.selection))
        #expect(buffer.svg(theme: Theme(.light, tier: .direct)).contains("fill=\"#d7d7ff\""))
        #expect(buffer.svg(theme: Theme(.light, tier: .mono)).contains("fill=\"#1a1a1a\""), "reversed")
    }
}
