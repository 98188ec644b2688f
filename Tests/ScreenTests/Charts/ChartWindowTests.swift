// SPDX-License-Identifier: Apache-2.0
// Zooming keeps what is under the cursor in place; panning stops at the ends.

import Screen
import TestSupport
import Testing

@Suite struct ChartWindowTests {
    @Test func zoomingKeepsTheCenterInPlace() {
        let zoomed = ChartWindow.zoom(20...60, by: 2, about: 30, within: 0...100)
        expectClose([zoomed.lowerBound, zoomed.upperBound], [25, 45], relative: 1e-12)
        let back = ChartWindow.zoom(zoomed, by: 0.5, about: 30, within: 0...100)
        expectClose([back.lowerBound, back.upperBound], [20, 60], relative: 1e-12)
    }

    @Test func zoomingOutStopsAtEverything() {
        #expect(ChartWindow.zoom(20...60, by: 0.1, about: 30, within: 0...100) == 0...100)
        #expect(ChartWindow.zoom(0...40, by: 0.5, about: 0, within: 0...100) == 0...80)
        #expect(ChartWindow.zoom(70...100, by: 0.5, about: 100, within: 0...100) == 40...100)
    }

    @Test func zoomingInEndsBeforeNumbersDo() {
        var window = 0.0...1e6
        for _ in 0..<200 { window = ChartWindow.zoom(window, by: 2, about: 123_456.789, within: 0...1e6) }
        #expect(window.upperBound > window.lowerBound)
        #expect(window.contains(123_456.789))
        #expect(ChartWindow.zoom(0...1, by: .nan, about: 0, within: 0...1) == 0...1)
    }

    @Test func panningStopsAtTheEnds() {
        #expect(ChartWindow.pan(20...40, by: 0.5, within: 0...100) == 30...50)
        #expect(ChartWindow.pan(20...40, by: -9, within: 0...100) == 0...20)
        #expect(ChartWindow.pan(20...40, by: 9, within: 0...100) == 80...100)
        #expect(ChartWindow.pan(0...100, by: 1, within: 0...100) == 0...100)
    }
}
