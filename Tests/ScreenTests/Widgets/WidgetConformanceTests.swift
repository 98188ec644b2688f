// SPDX-License-Identifier: Apache-2.0
// What every widget must keep, at every size and with every set of glyphs: it stays in its rectangle and never fails.

import Screen
import Testing

@Suite struct WidgetConformanceTests {
    /// Sizes around all thresholds of the layouts, and two screens.
    static let sizes: [(height: Int, width: Int)] =
        (0...8).flatMap { height in [0, 1, 2, 3, 5, 8, 13, 21, 34, 55].map { (height, $0) } } + [
            (24, 80), (50, 200), (13, 14), (200, 3),
        ]

    @Test(arguments: sampleWidgets)
    func staysInsideItsRectangleAtAllSizes(sample: SampleWidget) {
        let widget = sample.make()
        for tier in GlyphTier.allCases {
            for colors in [ColorTier.mono, .indexed] {
                let capabilities = Capabilities(glyphs: tier, colors: colors)
                for size in Self.sizes {
                    #expect(
                        outsideWrites(of: widget, size, capabilities) == [],
                        "\(sample.name) at \(size.height)x\(size.width), \(tier), \(colors)")
                }
            }
        }
    }

    @Test(arguments: sampleWidgets)
    func draws7BitTextOnSevenBitTerminals(sample: SampleWidget) {
        let buffer = sample.make().rendered(
            height: 24, width: 80, capabilities: Capabilities(glyphs: .ascii, colors: .mono))
        let strange = buffer.text().unicodeScalars.filter { $0.value > 0x7E || $0.value < 0x20 && $0 != "\n" }
        #expect(strange.isEmpty, "\(sample.name) drew \(strange.map { String($0.value, radix: 16) })")
    }

    @Test(arguments: sampleWidgets)
    func neverPutsControlCharactersIntoCells(sample: SampleWidget) {
        let text = sample.make().rendered(height: 24, width: 80).lines().joined()
        #expect(
            text.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
            })
    }

    @Test(arguments: sampleWidgets)
    func drawingTwiceGivesTheSamePicture(sample: SampleWidget) {
        let first = sample.make().rendered(height: 20, width: 60)
        var second = first
        sample.make().render(into: &second, in: second.area)
        #expect(second.changedRuns(since: first) == [])
    }

    @Test func rejectsAWidgetThatBreaksOut() {
        #expect(!outsideWrites(of: Escapee(), (2, 5), Capabilities(), viaDraw: true).isEmpty)
    }

    /// Draws into a rectangle in the middle of a patterned buffer; returns the cells outside that changed.
    private func outsideWrites(
        of widget: any Widget, _ size: (height: Int, width: Int), _ capabilities: Capabilities, viaDraw: Bool = false
    ) -> [String] {
        var buffer = CellBuffer(height: size.height + 2, width: size.width + 2, capabilities: capabilities)
        buffer.fill(buffer.area, with: "x", style: Style(.bad))
        let area = Rectangle(top: 1, left: 1, height: size.height, width: size.width)
        if viaDraw { widget.draw(on: &buffer, in: area) } else { widget.render(into: &buffer, in: area) }
        var changed: [String] = []
        for row in 0..<buffer.height {
            for column in 0..<buffer.width where !area.contains(Position(row: row, column: column)) {
                if buffer[row, column] != Cell("x", style: Style(.bad)) { changed.append("\(row),\(column)") }
            }
        }
        if let cursor = buffer.cursor, !area.contains(cursor) { changed.append("cursor") }
        return changed
    }
}

/// A widget that ignores its rectangle; called past the clipping of `render`, the suite must notice.
private struct Escapee: Widget {
    func draw(on buffer: inout CellBuffer, in area: Rectangle) { buffer.write("escaped text", at: area.origin) }
}
