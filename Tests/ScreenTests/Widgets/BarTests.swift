// SPDX-License-Identifier: Apache-2.0
// Bars, sliders, progress, sparklines: amounts in one row.

import Screen
import TestSupport
import Testing

@Suite struct BarTests {
    private let seven = Capabilities(glyphs: .ascii, colors: .mono)

    @Test func barsResolveEighths() {
        expectDrawing(Bar(0.25), height: 1, width: 10, "██▌·······")
        expectDrawing(Bar(0.53), height: 1, width: 10, "█████▎····")
        expectDrawing(Bar(0.25), height: 1, width: 10, "██▌·······")
        expectDrawing(Bar(0.5), height: 1, width: 10, capabilities: seven, "#####.....")
    }

    @Test func onlyZeroIsEmptyAndOnlyOneIsFull() {
        expectDrawing(Bar(0), height: 1, width: 4, "····")
        expectDrawing(Bar(1e-9), height: 1, width: 4, "▏···")
        expectDrawing(Bar(1 - 1e-9), height: 1, width: 4, "███▉")
        expectDrawing(Bar(1), height: 1, width: 4, "████")
        expectDrawing(Bar(7), height: 1, width: 4, "████")
        expectDrawing(Bar(.nan), height: 1, width: 4, "····")
    }

    @Test func markersShowASecondValue() {
        expectDrawing(Bar(0.25, marker: 0.75), height: 1, width: 8, "██····│·")
        expectDrawing(Bar(0.25, marker: .nan), height: 1, width: 8, "██······")
    }

    @Test func ribbonsAreAsHighAsTheirFractionAndKeepApart() {
        expectDrawing(Ribbon([1, 0.5, 1e-9, 0, .nan, -1, 9]), height: 1, width: 9, "▇▄▁   ▇")
        expectDrawing(Ribbon([1, 0.5, 0.25, 0]), height: 2, width: 4, "▇\n██▄")
        expectDrawing(Ribbon([1, 0.5, 0.25]), height: 1, width: 2, "▇▄")
    }

    @Test func slidersShowTheirValueOnALine() {
        let slider = Slider("threshold", value: 0, range: -1...1)
        expectDrawing(slider, height: 1, width: 32, "threshold ├───────●──────┤  0.00")
        expectDrawing(Slider(value: 9, range: -1...1, marks: [0]), height: 1, width: 16, "├────┴───●  9.00")
        expectDrawing(Slider("threshold", value: 0, range: -1...1), height: 1, width: 6, "├──●─┤")
    }

    @Test func slidersTellTheValueUnderAColumn() {
        let slider = Slider("x", value: 0, range: 0...10, decimals: 0)
        let area = Rectangle(left: 5, height: 1, width: 20)
        #expect(slider.value(atColumn: 7, in: area) == 0)
        #expect(slider.value(atColumn: 5, in: area) == nil)
        expectClose(slider.value(atColumn: 21, in: area) ?? .nan, 10, absolute: 1e-9)
        // What is drawn under the cursor is what the value says.
        for column in 7...21 {
            var moved = slider
            moved.value = slider.value(atColumn: column, in: area) ?? .nan
            var buffer = CellBuffer(height: 1, width: 25)
            moved.render(into: &buffer, in: area)
            #expect(buffer[0, column].base == "●")
        }
    }

    @Test func progressNeverPromisesTooMuch() {
        expectDrawing(
            ProgressBar(done: 12_400, total: 20_000, remainingSeconds: 185), height: 1, width: 50,
            " 62 % █████████▎····· 12 400/20 000  3 m 05 s left")
        expectDrawing(ProgressBar(done: 999, total: 1000), height: 1, width: 20, " 99 % █████████████▉")
        expectDrawing(ProgressBar(done: 5, total: 5, remainingSeconds: 3), height: 1, width: 20, "100 % ██████████ 5/5")
        expectDrawing(ProgressBar(done: 12_000, total: nil, unit: "steps"), height: 1, width: 20, "12 000 steps")
        expectDrawing(ProgressBar(done: 1, total: 3), height: 1, width: 6, "██····")
        #expect(ProgressBar(done: 1, total: 0).fraction == nil)
    }

    @Test func sparklinesShowMeansPerColumnAndMarkNaN() {
        expectDrawing(Sparkline(SeriesPyramid([1, 2, 3, 4, 5, 6, 7, 8])), height: 1, width: 8, "▁▂▃▄▅▆▇█")
        expectDrawing(Sparkline(SeriesPyramid([0, .nan, 7])), height: 1, width: 3, "▁×█")
        expectDrawing(Sparkline(SeriesPyramid([.nan])), height: 1, width: 3, " ×")
        expectDrawing(Sparkline(SeriesPyramid([3, 3, 3])), height: 2, width: 3, "\n▅▅▅")
        expectDrawing(Sparkline(SeriesPyramid((0..<1600).map { Double($0 / 200) })), height: 1, width: 8, "▁▂▃▄▅▆▇█")
        expectDrawing(Sparkline(SeriesPyramid()), height: 1, width: 3, "")
    }
}
