// SPDX-License-Identifier: Apache-2.0
// Skeletons of the built-in characters: strokes in a unit box, x to the right and y down.

/// A point of a stroke.
struct StrokePoint: Sendable, Hashable {
    var x: Float
    var y: Float
}

/// A connected line of a character.
enum Stroke: Sendable {
    /// Straight pieces through the points.
    case line([StrokePoint])
    /// Part of an ellipse; angles in degrees from the right, growing downwards.
    case arc(x: Float, y: Float, radiusX: Float, radiusY: Float, from: Float, to: Float)

    static func line(_ coordinates: (Float, Float)...) -> Stroke {
        .line(coordinates.map { StrokePoint(x: $0.0, y: $0.1) })
    }

    static func arc(_ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float, _ from: Float, _ to: Float) -> Stroke {
        .arc(x: x, y: y, radiusX: radiusX, radiusY: radiusY, from: from, to: to)
    }

    static func ellipse(_ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float) -> Stroke {
        arc(x, y, radiusX, radiusY, 0, 360)
    }
}

/// A character class: its name and the ways it is written.
struct StrokeCharacter: Sendable {
    var name: String
    var variants: [[Stroke]]

    init(_ name: String, _ variants: [Stroke]...) {
        self.name = name
        self.variants = variants
    }
}

/// The ten characters of `glyphs`.
let digitStrokes: [StrokeCharacter] = [
    StrokeCharacter("0", [.ellipse(0.5, 0.5, 0.32, 0.46)], [.ellipse(0.5, 0.5, 0.42, 0.42)]),
    StrokeCharacter(
        "1", [.line((0.28, 0.28), (0.54, 0.04), (0.54, 0.96))], [.line((0.5, 0.04), (0.5, 0.96))],
        [.line((0.3, 0.25), (0.52, 0.04), (0.52, 0.96)), .line((0.26, 0.96), (0.78, 0.96))]),
    StrokeCharacter(
        "2", [.arc(0.48, 0.3, 0.32, 0.26, 190, 390), .line((0.76, 0.43), (0.16, 0.95), (0.86, 0.95))],
        [
            .arc(0.48, 0.3, 0.3, 0.26, 200, 400), .line((0.71, 0.47), (0.24, 0.88)), .ellipse(0.27, 0.85, 0.1, 0.08),
            .line((0.3, 0.9), (0.9, 0.94)),
        ]),
    StrokeCharacter(
        "3", [.arc(0.45, 0.28, 0.3, 0.23, 200, 450), .arc(0.45, 0.72, 0.34, 0.24, 270, 520)],
        [.line((0.2, 0.06), (0.78, 0.06), (0.46, 0.42)), .arc(0.45, 0.69, 0.33, 0.27, 270, 510)]),
    StrokeCharacter(
        "4", [.line((0.66, 0.96), (0.66, 0.04), (0.12, 0.66), (0.9, 0.66))],
        [.line((0.24, 0.05), (0.2, 0.54), (0.8, 0.54)), .line((0.74, 0.08), (0.68, 0.96))]),
    StrokeCharacter(
        "5",
        [.line((0.8, 0.05), (0.28, 0.05), (0.24, 0.44)), .arc(0.46, 0.67, 0.34, 0.28, 230, 500)],
        [.line((0.82, 0.05), (0.3, 0.08), (0.28, 0.42), (0.55, 0.4)), .arc(0.48, 0.68, 0.3, 0.28, 285, 490)]),
    StrokeCharacter(
        "6", [.ellipse(0.5, 0.7, 0.3, 0.25), .arc(0.8, 0.7, 0.6, 0.68, 180, 265)],
        [.ellipse(0.48, 0.68, 0.32, 0.27), .line((0.2, 0.58), (0.62, 0.04))]),
    StrokeCharacter(
        "7", [.line((0.14, 0.05), (0.86, 0.05), (0.4, 0.96))],
        [.line((0.14, 0.07), (0.84, 0.05), (0.42, 0.96)), .line((0.36, 0.5), (0.8, 0.48))]),
    StrokeCharacter(
        "8", [.ellipse(0.5, 0.27, 0.27, 0.23), .ellipse(0.5, 0.73, 0.33, 0.24)],
        [.ellipse(0.5, 0.26, 0.3, 0.22), .ellipse(0.5, 0.72, 0.28, 0.25)]),
    StrokeCharacter(
        "9", [.ellipse(0.5, 0.3, 0.3, 0.25), .arc(0.2, 0.3, 0.6, 0.68, 0, 85)],
        [.ellipse(0.48, 0.3, 0.3, 0.26), .line((0.78, 0.28), (0.72, 0.96))]),
]

/// The ten characters of `letters`, chosen to be unlike the digits.
let letterStrokes: [StrokeCharacter] = [
    StrokeCharacter("A", [.line((0.1, 0.96), (0.5, 0.04), (0.9, 0.96)), .line((0.26, 0.62), (0.74, 0.62))]),
    StrokeCharacter(
        "E", [.line((0.84, 0.05), (0.2, 0.05), (0.2, 0.95), (0.84, 0.95)), .line((0.2, 0.5), (0.7, 0.5))]),
    StrokeCharacter(
        "F", [.line((0.84, 0.05), (0.22, 0.05), (0.22, 0.96)), .line((0.22, 0.48), (0.72, 0.48))]),
    StrokeCharacter(
        "H", [.line((0.16, 0.04), (0.16, 0.96)), .line((0.84, 0.04), (0.84, 0.96)), .line((0.16, 0.5), (0.84, 0.5))]),
    StrokeCharacter(
        "K", [.line((0.2, 0.04), (0.2, 0.96)), .line((0.84, 0.04), (0.22, 0.54)), .line((0.38, 0.42), (0.88, 0.96))]),
    StrokeCharacter("M", [.line((0.1, 0.96), (0.16, 0.05), (0.5, 0.62), (0.84, 0.05), (0.9, 0.96))]),
    StrokeCharacter(
        "R",
        [
            .line((0.2, 0.96), (0.2, 0.05), (0.5, 0.05)), .arc(0.5, 0.28, 0.32, 0.23, 270, 450),
            .line((0.5, 0.51), (0.2, 0.51)), .line((0.46, 0.52), (0.86, 0.96)),
        ]),
    StrokeCharacter("T", [.line((0.1, 0.05), (0.9, 0.05)), .line((0.5, 0.05), (0.5, 0.96))]),
    StrokeCharacter("W", [.line((0.06, 0.05), (0.28, 0.95), (0.5, 0.3), (0.72, 0.95), (0.94, 0.05))]),
    StrokeCharacter("X", [.line((0.12, 0.05), (0.88, 0.95)), .line((0.88, 0.05), (0.12, 0.95))]),
]
