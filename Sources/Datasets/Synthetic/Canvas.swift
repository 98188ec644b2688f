// SPDX-License-Identifier: Apache-2.0
// A small grey picture that round strokes are drawn on, with soft edges.

import Glibc

/// Ink on a grid of pixels, 0 for none and 1 for full.
struct Canvas {
    let width: Int
    let height: Int
    /// Row-major.
    private(set) var ink: [Float]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        ink = [Float](repeating: 0, count: width * height)
    }

    mutating func clear() {
        for index in ink.indices { ink[index] = 0 }
    }

    /// Draws a line with round ends; coordinates in pixels, pixel centres at whole numbers and a half.
    ///
    /// Ink falls from 1 to 0 over one pixel about the edge, and the larger of old and new stays.
    mutating func drawLine(from a: StrokePoint, to b: StrokePoint, radius: Float, strength: Float = 1) {
        let reach = radius + 1
        let firstColumn = max(Int((min(a.x, b.x) - reach).rounded(.down)), 0)
        let lastColumn = min(Int((max(a.x, b.x) + reach).rounded(.up)), width - 1)
        let firstRow = max(Int((min(a.y, b.y) - reach).rounded(.down)), 0)
        let lastRow = min(Int((max(a.y, b.y) + reach).rounded(.up)), height - 1)
        guard firstColumn <= lastColumn, firstRow <= lastRow else { return }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let inverseSquare = 1 / max(dx * dx + dy * dy, 1e-12)
        ink.withUnsafeMutableBufferPointer { ink in
            for row in firstRow...lastRow {
                let py = Float(row) + 0.5 - a.y
                for column in firstColumn...lastColumn {
                    let px = Float(column) + 0.5 - a.x
                    // Nearest point of the segment.
                    let t = min(max((px * dx + py * dy) * inverseSquare, 0), 1)
                    let (qx, qy) = (px - t * dx, py - t * dy)
                    let distance = (qx * qx + qy * qy).squareRoot()
                    let coverage = strength * min(max(radius + 0.5 - distance, 0), 1)
                    let index = row * width + column
                    ink[index] = max(ink[index], coverage)
                }
            }
        }
    }
}

extension Stroke {
    /// The stroke as a chain of points close enough together for bending.
    var points: [StrokePoint] {
        switch self {
        case .line(let corners):
            // A corner every tenth of the box, so that a warp bends straight lines too.
            var result = corners.prefix(1) + []
            for (a, b) in zip(corners, corners.dropFirst()) {
                let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
                let pieces = max(Int((length / 0.1).rounded(.up)), 1)
                for piece in 1...pieces {
                    let t = Float(piece) / Float(pieces)
                    result.append(StrokePoint(x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y)))
                }
            }
            return Array(result)
        case .arc(let x, let y, let radiusX, let radiusY, let from, let to):
            let pieces = max(Int(abs(to - from) / 20), 2)
            return (0...pieces).map { piece in
                let angle = (from + (to - from) * Float(piece) / Float(pieces)) * (.pi / 180)
                return StrokePoint(x: x + radiusX * cosf(angle), y: y + radiusY * sinf(angle))
            }
        }
    }
}
