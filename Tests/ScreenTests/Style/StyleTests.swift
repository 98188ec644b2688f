// SPDX-License-Identifier: Apache-2.0
// Styles keep what they are given, roles have names, colours have the values of the standard palette.

import Screen
import Testing

@Suite struct StyleTests {
    @Test func stylesKeepTheirParts() {
        for foreground in [Ink.inherited, .role(.bad), .rgb(0), .rgb(0xFFFFFF)] {
            for background in [Ink.inherited, .role(.heat(15)), .rgb(0x123456)] {
                for attributes in [Attributes(), .bold, [.bold, .dim, .italic, .underline, .reverse]] {
                    let style = Style(foreground: foreground, background: background, attributes: attributes)
                    #expect(style.foreground == foreground)
                    #expect(style.background == background)
                    #expect(style.attributes == attributes)
                }
            }
        }
    }

    @Test func describesItself() {
        #expect(Style(.title).description == "title")
        #expect(Style(.dim, on: .selection, [.bold, .underline]).description == "dim on selection +bold +underline")
        #expect(Style(foreground: .rgb(0x00FF0A)).description == "#00ff0a")
    }

    @Test func rolesHaveDistinctNamesAndWrapAround() {
        #expect(Set(Role.allCases.map(\.name)).count == Role.allCases.count)
        #expect(Role.series(8) == Role.series(0))
        #expect(Role.series(-1) == Role.series(7))
        #expect(Role.heat(99) == Role.heat(15))
        #expect(Role.heat(fraction: .nan) == Role.heat(0))
        #expect(Role.heat(fraction: 2) == Role.heat(15))
        #expect(Role.series(3).seriesIndex == 3 && Role.pale(3).paleIndex == 3 && Role.heat(3).heatLevel == 3)
        #expect(Role.text.seriesIndex == nil)
    }

    @Test func colourValuesAreThoseOfTheStandardPalette() {
        #expect(Color.indexed(16).rgbValue == 0x000000)
        #expect(Color.indexed(231).rgbValue == 0xFFFFFF)
        #expect(Color.indexed(75).rgbValue == 0x5FAFFF)
        #expect(Color.indexed(232).rgbValue == 0x080808)
        #expect(Color.indexed(255).rgbValue == 0xEEEEEE)
        #expect(Color.terminalDefault.rgbValue == nil)
    }

    @Test func cubeAndGreysAreTheirOwnNearestColours() {
        for index in UInt8(16)...255 {
            let value = Color.indexed(index).rgbValue ?? 0
            let nearest = Color.indexed(Color.nearestIndex(to: value))
            #expect(nearest.rgbValue == value)
        }
        #expect(Color.nearestIndex(to: 0x2E2E2E) == 236)
    }

    @Test func contrastOfBlackOnWhiteIs21() {
        #expect(abs(Color.contrast(0, 0xFFFFFF) - 21) < 1e-9)
        #expect(Color.contrast(0x777777, 0x777777) == 1)
        // Published example: #767676 is the lightest grey with 4.5:1 on white.
        #expect(Color.contrast(0x767676, 0xFFFFFF) >= 4.5 && Color.contrast(0x777777, 0xFFFFFF) < 4.5)
    }

    @Test func glyphKeyWalksThroughAllSets() {
        #expect(GlyphTier.braille.next == .block)
        #expect(GlyphTier.ascii.next == .braille)
        #expect(Palette.safeLight.next == .dark)
    }
}
