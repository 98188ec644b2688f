// SPDX-License-Identifier: Apache-2.0
// The built-in grey sets `glyphs` and `letters`: drawn characters that need no files.

import Probability

extension DatasetKind {
    /// Drawn digits, a stand-in for MNIST that is there without a download.
    public static let glyphs = characters("glyphs", "drawn digits with slant, bend and noise", digitStrokes)

    /// Drawn letters in the same hand, images from another domain than `glyphs`.
    public static let letters = characters("letters", "drawn letters in the hand of glyphs", letterStrokes)

    private static func characters(_ name: String, _ summary: String, _ strokes: [StrokeCharacter]) -> DatasetKind {
        DatasetKind(
            name: name, summary: summary, shape: ImageShape(channels: 1, height: 28, width: 28),
            classNames: strokes.map(\.name), origin: .builtIn,
            loader: { kind, request throws(DatasetError) in
                let variants = strokes.map { $0.variants.map { $0.map(\.points) } }
                return synthesize(kind, request) { label, stream, pixels in
                    drawCharacter(variants[label], from: &stream, to: pixels)
                }
            })
    }
}

/// Draws one image of 28 x 28 bytes.
private func drawCharacter(
    _ variants: [[[StrokePoint]]], from stream: inout RandomStream, to pixels: UnsafeMutableBufferPointer<UInt8>
) {
    let model = HandwritingModel()
    var canvas = Canvas(width: 28, height: 28)
    model.draw(variants, on: &canvas, from: &stream)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: pixels.count) { noise in
        stream.fillNormal(noise)
        for index in pixels.indices {
            let value = canvas.ink[index] + model.noise * noise[index]
            pixels[index] = UInt8(255 * min(max(value, 0), 1))
        }
    }
}
