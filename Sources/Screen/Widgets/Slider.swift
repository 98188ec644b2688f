// SPDX-License-Identifier: Apache-2.0
// A value on a line that can be moved.

/// A value in a range: `threshold ├──────●─────┤ 0.00`.
public struct Slider: Widget {
    /// The text before the line.
    public var label: String
    /// The value; outside of the range it is drawn at the end.
    public var value: Double
    /// The range.
    public var range: ClosedRange<Double>
    /// Digits after the point of the value.
    public var decimals: Int
    /// What stands for the value instead of its digits, such as `8 of 32`.
    public var valueText: String?
    /// Values marked on the line, such as presets.
    public var marks: [Double]
    /// Whether keys go here.
    public var isFocused: Bool

    /// Creates a slider.
    public init(
        _ label: String = "", value: Double, range: ClosedRange<Double>, decimals: Int = 2, marks: [Double] = [],
        isFocused: Bool = false
    ) {
        self.label = label
        self.value = value
        self.range = range
        self.decimals = decimals
        self.marks = marks
        self.isFocused = isFocused
    }

    /// Draws into the first row; label and number are left out where fewer than 5 columns would remain for the line.
    public func draw(on buffer: inout CellBuffer, in area: Rectangle) {
        guard !area.isEmpty else { return }
        let parts = parts(of: area)
        buffer.write(label, in: parts.label, style: isFocused ? Style(.title) : .plain)
        buffer.write(text, in: parts.number, style: Style(.title), alignment: .right)
        let track = parts.track
        for column in track.columns {
            let glyph = column == track.left ? "├" : column == track.right - 1 ? "┤" : "─"
            buffer.write(glyph, at: Position(row: track.top, column: column), style: Style(.border))
        }
        for mark in marks where range.contains(mark) {
            buffer.write(
                "┴", at: Position(row: track.top, column: column(of: mark, in: track)), style: Style(.axis))
        }
        guard track.width > 0, !value.isNaN else { return }
        let knob = Position(row: track.top, column: column(of: value, in: track))
        buffer.write("●", at: knob, style: Style(isFocused ? .focus : .series(0)).with(.bold))
    }

    /// The value under a column of the slider's area, for clicks; `nil` beside the line.
    public func value(atColumn column: Int, in area: Rectangle) -> Double? {
        let track = parts(of: area).track
        guard track.columns.contains(column), track.width > 1 else { return nil }
        let fraction = Double(column - track.left) / Double(track.width - 1)
        return range.lowerBound + fraction * (range.upperBound - range.lowerBound)
    }

    private var text: String { valueText ?? NumberText.fixed(value, decimals: decimals) }

    private func parts(of area: Rectangle) -> (label: Rectangle, track: Rectangle, number: Rectangle) {
        // The number's room is that of the widest value, so that the line does not change its length.
        let widest = [range.lowerBound, range.upperBound, value].map {
            NumberText.fixed($0, decimals: decimals).count
        }
        let numberWidth = (valueText.map { SafeText.columns(of: $0) } ?? widest.max() ?? 0) + 1
        let labelWidth = label.isEmpty ? 0 : SafeText.columns(of: label) + 1
        let row = area.row(0)
        let keepsNumber = row.width - numberWidth >= 5
        let (rest, number) = row.splitRight(keepsNumber ? numberWidth : 0)
        let (labelArea, track) = rest.splitLeft(rest.width - labelWidth >= 5 ? labelWidth : 0)
        return (labelArea, track, number)
    }

    private func column(of value: Double, in track: Rectangle) -> Int {
        let extent = range.upperBound - range.lowerBound
        let fraction = extent > 0 ? min(1, max(0, (value - range.lowerBound) / extent)) : 0
        return track.left + Int((fraction * Double(max(0, track.width - 1))).rounded())
    }
}
