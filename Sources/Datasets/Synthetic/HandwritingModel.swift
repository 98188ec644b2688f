// SPDX-License-Identifier: Apache-2.0
// Turns skeletons into images that differ as handwriting does: slant, size, place, bend, pen, paper.

import Glibc
import Probability

/// How much drawn characters vary.
///
/// Lengths are in pixels of a 28 x 28 image.
struct HandwritingModel: Sendable {
    /// Standard deviation of the rotation, radians.
    var rotation: Float = 0.19
    /// Standard deviation of the slant, change of x per y.
    var slant: Float = 0.2
    /// Smallest and largest size of the unit box.
    var size: ClosedRange<Float> = 14.5...21
    /// Largest ratio of width to height and its inverse, as a logarithm.
    var aspect: Float = 0.2
    /// Largest displacement of the centre.
    var displacement: Float = 2.4
    /// Standard deviation of the bending.
    var bend: Float = 0.8
    /// Smallest and largest radius of the pen.
    var penRadius: ClosedRange<Float> = 0.55...1.5
    /// Smallest and largest darkness of the ink.
    var inkStrength: ClosedRange<Float> = 0.65...1
    /// Standard deviation of the noise of each pixel.
    var noise: Float = 0.07

    /// Smooth displacement of the points of one character: two waves across the box in each direction.
    struct Warp {
        var amplitudes: [Float]
        var phases: [Float]

        init(_ stream: inout RandomStream, amplitude: Float) {
            amplitudes = (0..<4).map { _ in amplitude * stream.normalFloat() }
            phases = (0..<4).map { _ in 2 * .pi * stream.uniformFloat() }
        }

        /// Displacement at a point of the unit box.
        func displacement(_ p: StrokePoint) -> (x: Float, y: Float) {
            (
                amplitudes[0] * sinf(.pi * p.y + phases[0]) + 0.5 * amplitudes[1] * sinf(2 * .pi * p.x + phases[1]),
                amplitudes[2] * sinf(.pi * p.x + phases[2]) + 0.5 * amplitudes[3] * sinf(2 * .pi * p.y + phases[3])
            )
        }
    }

    /// Draws one character onto an empty canvas.
    ///
    /// - Parameter variants: for each way of writing the character, its strokes as chains of points in the unit box.
    func draw(_ variants: [[[StrokePoint]]], on canvas: inout Canvas, from stream: inout RandomStream) {
        let strokes = variants[stream.integer(below: variants.count)]
        let angle = min(max(rotation * stream.normalFloat(), -0.7), 0.7)
        let shear = min(max(slant * stream.normalFloat(), -0.6), 0.6)
        let scale = Self.between(size, &stream)
        let stretch = expf(aspect * (2 * stream.uniformFloat() - 1) / 2)
        let (scaleX, scaleY) = (scale * stretch * 0.85, scale / stretch)
        let warp = Warp(&stream, amplitude: bend)
        let centreX = Float(canvas.width) / 2 + displacement * (2 * stream.uniformFloat() - 1)
        let centreY = Float(canvas.height) / 2 + displacement * (2 * stream.uniformFloat() - 1)
        let radius = Self.between(penRadius, &stream)
        let strength = Self.between(inkStrength, &stream)
        let (cosine, sine) = (cosf(angle), sinf(angle))
        func place(_ p: StrokePoint) -> StrokePoint {
            let bent = warp.displacement(p)
            let y = (p.y - 0.5) * scaleY + bent.y
            let x = (p.x - 0.5) * scaleX + bent.x - shear * y
            return StrokePoint(x: centreX + cosine * x - sine * y, y: centreY + sine * x + cosine * y)
        }
        for stroke in strokes {
            var last = place(stroke[0])
            for point in stroke.dropFirst() {
                let next = place(point)
                canvas.drawLine(from: last, to: next, radius: radius, strength: strength)
                last = next
            }
        }
    }

    private static func between(_ range: ClosedRange<Float>, _ stream: inout RandomStream) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * stream.uniformFloat()
    }
}
