// SPDX-License-Identifier: Apache-2.0
// The built-in colour set `shapes`: ten kinds of figures and patterns in random colours, 32 x 32.

import Glibc
import Probability

extension DatasetKind {
    /// Figures in random colours, a small colour set that is there without a download.
    public static let shapes = DatasetKind(
        name: "shapes", summary: "coloured figures on coloured grounds",
        shape: ImageShape(channels: 3, height: 32, width: 32), classNames: figures.map(\.name), origin: .builtIn,
        loader: { kind, request throws(DatasetError) in
            synthesize(kind, request) { label, stream, pixels in
                drawFigure(figures[label], from: &stream, to: pixels)
            }
        })
}

/// A figure: the signed distance to its edge, negative inside, for points in units of its size.
private struct Figure: Sendable {
    var name: String
    var distance: @Sendable (Float, Float) -> Float
}

/// Distance to a rectangle with the given half sides.
private func box(_ x: Float, _ y: Float, _ halfWidth: Float, _ halfHeight: Float) -> Float {
    max(abs(x) - halfWidth, abs(y) - halfHeight)
}

/// Largest distance to the edges of a regular polygon with inner radius `r`.
private func polygon(_ x: Float, _ y: Float, _ corners: Int, _ r: Float) -> Float {
    var distance = -Float.infinity
    for corner in 0..<corners {
        let angle = 2 * Float.pi * (Float(corner) + 0.5) / Float(corners)
        distance = max(distance, x * cosf(angle) + y * sinf(angle) - r)
    }
    return distance
}

private let figures: [Figure] = [
    Figure(name: "disc") { x, y in (x * x + y * y).squareRoot() - 0.85 },
    Figure(name: "ring") { x, y in abs((x * x + y * y).squareRoot() - 0.7) - 0.2 },
    Figure(name: "square") { x, y in box(x, y, 0.75, 0.75) },
    Figure(name: "frame") { x, y in abs(box(x, y, 0.65, 0.65)) - 0.17 },
    Figure(name: "triangle") { x, y in polygon(x, y, 3, 0.5) },
    Figure(name: "half disc") { x, y in max((x * x + (y + 0.4) * (y + 0.4)).squareRoot() - 0.95, -0.4 - y) },
    Figure(name: "cross") { x, y in min(box(x, y, 0.28, 0.95), box(x, y, 0.95, 0.28)) },
    Figure(name: "crescent") { x, y in
        let inner = ((x - 0.45) * (x - 0.45) + y * y).squareRoot() - 0.7
        return max((x * x + y * y).squareRoot() - 0.9, -inner)
    },
    Figure(name: "bars") { x, y in max(box(x, y, 0.95, 0.9), abs(abs(y) - 0.45) - 0.2) },
    Figure(name: "star") { x, y in
        let angle = atan2f(y, x)
        // Five rays: the radius of the edge falls linearly between ray and valley.
        let turn = abs((angle * 5 / (2 * .pi)) - (angle * 5 / (2 * .pi)).rounded()) * 2
        return ((x * x + y * y).squareRoot() - (1 - 0.62 * turn)) * 0.6
    },
]

/// Draws one image of 3 x 32 x 32 bytes.
private func drawFigure(
    _ figure: Figure, from stream: inout RandomStream, to pixels: UnsafeMutableBufferPointer<UInt8>
) {
    let side = 32
    let angle = 2 * Float.pi * stream.uniformFloat()
    let size = 7 + 6.5 * stream.uniformFloat()
    let stretch = expf(0.25 * (2 * stream.uniformFloat() - 1))
    let centreX = 16 + 5 * (2 * stream.uniformFloat() - 1)
    let centreY = 16 + 5 * (2 * stream.uniformFloat() - 1)
    let (cosine, sine) = (cosf(angle), sinf(angle))
    let colours = contrastingColours(&stream)
    // The ground changes linearly across the image.
    let slope = (0..<3).map { _ in 0.012 * stream.normalFloat() }
    let slopeAngle = 2 * Float.pi * stream.uniformFloat()
    let (slopeX, slopeY) = (cosf(slopeAngle), sinf(slopeAngle))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: pixels.count) { noise in
        stream.fillNormal(noise)
        for row in 0..<side {
            for column in 0..<side {
                let (px, py) = (Float(column) + 0.5 - centreX, Float(row) + 0.5 - centreY)
                let x = (cosine * px + sine * py) / (size * stretch)
                let y = (cosine * py - sine * px) / (size / stretch)
                let coverage = min(max(0.5 - figure.distance(x, y) * size, 0), 1)
                let along = slopeX * (Float(column) - 16) + slopeY * (Float(row) - 16)
                for channel in 0..<3 {
                    let ground = colours.ground[channel] + slope[channel] * along
                    let value = ground + coverage * (colours.figure[channel] - ground)
                    let index = (channel * side + row) * side + column
                    pixels[index] = UInt8(255 * min(max(value + 0.05 * noise[index], 0), 1))
                }
            }
        }
    }
}

/// Two colours that differ by at least a third of the range in some channel.
private func contrastingColours(_ stream: inout RandomStream) -> (ground: [Float], figure: [Float]) {
    let ground = (0..<3).map { _ in stream.uniformFloat() }
    while true {
        let figure = (0..<3).map { _ in stream.uniformFloat() }
        if zip(ground, figure).contains(where: { abs($0 - $1) > 0.35 }) { return (ground, figure) }
    }
}
