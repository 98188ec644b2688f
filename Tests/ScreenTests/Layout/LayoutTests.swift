// SPDX-License-Identifier: Apache-2.0
// Rectangles are never negative, parts never overlap, and nothing leaves the area, at any size.

import Screen
import Testing

@Suite struct LayoutTests {
    @Test func splittingIsCompleteAndNeverNegative() {
        for height in 0...6 {
            for cut in -2...8 {
                let area = Rectangle(top: 3, left: 2, height: height, width: 4)
                let (top, rest) = area.splitTop(cut)
                #expect(top.height + rest.height == height && rest.top == top.bottom)
                let (remaining, bottom) = area.splitBottom(cut)
                #expect(remaining.height + bottom.height == height && bottom.top == remaining.bottom)
                #expect(bottom.height == max(0, min(cut, height)))
                let wide = Rectangle(top: 3, left: 2, height: 4, width: height)
                let (left, right) = wide.splitLeft(cut)
                #expect(left.width + right.width == height && right.left == left.right)
                #expect(wide.splitRight(cut).right.width == max(0, min(cut, height)))
            }
        }
    }

    @Test func insetsStayInside() {
        let area = Rectangle(top: 1, left: 1, height: 3, width: 5)
        #expect(area.inset(by: 1) == Rectangle(top: 2, left: 2, height: 1, width: 3))
        #expect(area.inset(by: 2).isEmpty)
        for margin in 0...9 { #expect(area.intersection(area.inset(by: margin)) == area.inset(by: margin)) }
        #expect(area.inset(top: -5) == area)
    }

    @Test func intersectionOfDistantAreasIsEmpty() {
        let first = Rectangle(height: 2, width: 2)
        #expect(first.intersection(Rectangle(top: 5, left: 0, height: 2, width: 2)).isEmpty)
        #expect(first.intersection(Rectangle(top: 1, left: 1, height: 9, width: 9)).height == 1)
    }

    @Test func centersWhatFits() {
        let area = Rectangle(top: 1, left: 1, height: 5, width: 10)
        #expect(area.centered(height: 1, width: 4) == Rectangle(top: 3, left: 4, height: 1, width: 4))
        #expect(area.centered(height: 50, width: 50) == area)
    }

    @Test func fixedPartsComeFirstAndFractionsShareTheRest() {
        let parts = Rectangle(height: 1, width: 20).columns([.fixed(5), .fraction(1), .fraction(2)])
        #expect(parts.map(\.width) == [5, 5, 10])
        #expect(parts.map(\.left) == [0, 5, 10])
        let growing = Rectangle(height: 1, width: 20).columns([.minimum(4), .fixed(6), .fraction(1)], gap: 1)
        #expect(growing.map(\.width) == [8, 6, 4])
        #expect(Rectangle(height: 9, width: 1).rows([.fixed(2), .fixed(3)]).map(\.height) == [2, 3])
    }

    @Test func partsNeverOverlapOrLeaveAtAnySize() {
        let constraints: [Constraint] = [
            .fixed(3), .fraction(1), .minimum(4), .fraction(0.5), .fixed(0), .fraction(.nan), .fixed(-2),
        ]
        for width in 0...60 {
            for gap in 0...2 {
                let area = Rectangle(top: 1, left: 7, height: 2, width: width)
                let parts = area.columns(constraints, gap: gap)
                #expect(parts.count == constraints.count)
                for part in parts { #expect(area.intersection(part) == part || part.isEmpty) }
                for (first, second) in zip(parts, parts.dropFirst()) { #expect(first.right <= second.left) }
                if width >= 3 + 4 + 6 * gap { #expect(parts.map(\.width).reduce(0, +) == width - 6 * gap) }
            }
        }
    }

    @Test func gridsCoverTheArea() {
        let grid = Rectangle(height: 7, width: 11).grid(rows: 2, columns: 3)
        #expect(grid.count == 6)
        #expect(grid.map { $0.height * $0.width }.reduce(0, +) == 77)
        #expect(Rectangle(height: 7, width: 11).grid(rows: 0, columns: -1).isEmpty)
    }
}
