// SPDX-License-Identifier: Apache-2.0
// No window size breaks a screen, and no screen draws outside of its place.

import EngineKit
import Screen
import Testing

@testable import Workbench

@Suite struct AnySizeTests {
    /// Sizes from 1x1 to 300x100: small ones, where layouts break, every width, every height, and both breaks.
    static let sizes: [(height: Int, width: Int)] = {
        var sizes: [(height: Int, width: Int)] = []
        for height in stride(from: 1, through: 31, by: 3) {
            for width in stride(from: 1, through: 91, by: 5) { sizes.append((height, width)) }
        }
        // 37 and 100 have no common divisor, so all heights meet widths of all kinds.
        for width in 1...300 { sizes.append((width * 37 % 100 + 1, width)) }
        for height in [11, 12, 15, 16, 29, 30] {
            for width in [39, 40, 79, 80, 119, 120, 179, 180] { sizes.append((height, width)) }
        }
        return sizes
    }()

    @Test(arguments: Scene.all)
    func sceneIsDrawnAtEverySize(_ scene: Scene) {
        var model = scene.make(24, 80)
        for size in Self.sizes {
            _ = update(&model, .resized(height: size.height, width: size.width))
            let buffer = view(model, height: size.height, width: size.width)
            #expect(buffer.height == size.height && buffer.width == size.width)
        }
    }

    @Test(arguments: Scene.all)
    func windowThatIsTooSmallSaysWhatItNeedsAndStillTakesKeys(_ scene: Scene) {
        let buffer = view(scene.make(24, 80), height: 5, width: 30)
        #expect(buffer.text().contains("needs 40×12"))
        #expect(buffer.text().contains("is 30×5"))
        var model = WorkbenchModel.running(height: 5, width: 30)
        press("7", on: &model)
        #expect(model.screen == "log")
    }

    @Test(arguments: Scene.all)
    func screenStaysInItsArea(_ scene: Scene) throws {
        let model = scene.make(24, 80)
        let screen = try #require(screenType(named: model.screen))
        for (height, width) in [(1, 1), (2, 9), (5, 20), (8, 40), (21, 80), (30, 130), (3, 200), (40, 12)] {
            var buffer = CellBuffer(height: height + 6, width: width + 10)
            let area = Rectangle(top: 3, left: 5, height: height, width: width)
            buffer.fill(buffer.area, with: "#")
            buffer.fill(area)
            // The clip is the last line of defence and must not be needed, but for cells of text cut at the edge.
            buffer.withClip(area) { screen.draw(model, on: &$0, in: area) }
            for row in 0..<buffer.height {
                for column in 0..<buffer.width where !area.contains(Position(row: row, column: column)) {
                    #expect(buffer[row, column].base == "#")
                }
            }
        }
    }

    @Test func emptyModelIsDrawnOnEveryScreen() {
        for name in screenNames {
            for (height, width) in [(1, 1), (12, 40), (24, 80), (50, 200)] {
                #expect(snapshot(WorkbenchModel(), screen: name, height: height, width: width) != nil)
            }
        }
        #expect(snapshot(WorkbenchModel(), screen: "none", height: 24, width: 80) == nil)
    }

    @Test(arguments: [Capabilities(glyphs: .ascii, colors: .mono), Capabilities(glyphs: .half, colors: .sixteen)])
    func poorTerminalsGetOnlyGlyphsTheyHave(_ capabilities: Capabilities) {
        for scene in Scene.all {
            var model = scene.make(24, 80)
            model.capabilities = capabilities
            let text = view(model, height: 24, width: 80).text()
            if capabilities.glyphs == .ascii { #expect(text.unicodeScalars.allSatisfy { $0.isASCII }, "\(scene.name)") }
            #expect(!text.unicodeScalars.contains { (0x2800...0x28FF).contains($0.value) }, "\(scene.name)")
        }
    }

    @Test func hostileTextNeverReachesTheCells() {
        var model = WorkbenchModel.running()
        let hostile = "\u{1B}]0;gone\u{7}\u{202E}evil\u{0}"
        apply(
            [
                .captured(hostile),
                .sessions([
                    SessionSummary(
                        path: hostile, name: hostile, title: hostile, engine: hostile, purpose: hostile,
                        description: hostile, firstLines: [hostile])
                ]),
                .catalog([
                    RunSummary(name: hostile, engine: hostile, title: hostile, state: .failed, step: 1, lastSeen: 0)
                ]),
                .runUpdate(
                    name: FakeRun.name,
                    feedUpdate([
                        .metrics(step: 50_000, epoch: 80, values: [.init(hostile, 1)]),
                        .message(step: 1, level: .failure, text: hostile),
                    ])),
            ], to: &model)
        for name in screenNames {
            let picture = view(
                {
                    var copy = model
                    copy.screen = name
                    return copy
                }(), height: 50, width: 200)
            let scalars = picture.text().unicodeScalars
            #expect(
                !scalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E || $0.value == 0x7F }, "\(name)"
            )
        }
    }
}
