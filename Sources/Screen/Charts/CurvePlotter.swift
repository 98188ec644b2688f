// SPDX-License-Identifier: Apache-2.0
// Draws a curve of any length in time proportional to the width, dot for dot as if every point had been drawn.

/// Where a curve needs marks besides its dots; columns are dot columns.
struct CurveMarks {
    /// Columns with values above the range.
    var above: [Int] = []
    /// Columns with values below the range.
    var below: [Int] = []
    /// Columns with values that are NaN or infinite.
    var nonFinite: [Int] = []
    /// How many values are NaN or infinite.
    var nonFiniteCount = 0
}

/// A mapping from values to the dots of a canvas.
struct CurvePlotter {
    let x: ChartScale
    let y: ChartScale
    let dotWidth: Int
    let dotHeight: Int

    /// Horizontal place in dots: first and last dot columns are centred on the ends of the range.
    @inline(__always)
    func dotX(_ value: Double) -> Double { x.fraction(of: value) * Double(dotWidth - 1) + 0.5 }

    /// Vertical place in dots from the top: first and last dot rows are centred on the ends of the range.
    @inline(__always)
    func dotY(_ value: Double) -> Double { (1 - y.fraction(of: value)) * Double(dotHeight - 1) + 0.5 }

    /// Where a point is drawn: in the middle of its dot column within the range, in its true place outside of it.
    @inline(__always)
    func pointX(_ value: Double) -> Double {
        let place = dotX(value)
        return place >= 0 && place < Double(dotWidth) ? place.rounded(.down) + 0.5 : place
    }

    /// Draws a curve: in each dot column everything from its smallest to its largest value, and straight lines from
    /// the last value of a column to the first one of the next column that has points.
    ///
    /// Values that are not finite break the line; within one dot column the break is too narrow to be seen. Infinite
    /// and NaN values, and values outside of the range, are reported as marks.
    func draw(steps: StepStore, values: ValuePyramid, into canvas: inout DotCanvas, layer: Int) -> CurveMarks {
        var marks = CurveMarks()
        let count = min(steps.count, values.count)
        guard count > 0, dotWidth > 0, dotHeight > 0 else { return marks }
        let visible = steps.partition(0..<count) { dotX($0) >= 0 }
        var index = visible
        // The end of the line so far; the point left of the range is where the first visible line comes from.
        var previous: (x: Double, y: Double)?
        if visible > 0 { previous = end(pointX(steps[visible - 1]), values[visible - 1]) }
        while index < count {
            let place = dotX(steps[index])
            guard place < Double(dotWidth) else { break }
            let column = Int(place)
            let next = steps.partition(index..<count) { dotX($0) >= Double(column + 1) }
            let summary = values.summary(index..<next)
            let center = Double(column) + 0.5
            if summary.hasValues {
                let (top, bottom) = (dotY(Double(summary.maximum)), dotY(Double(summary.minimum)))
                canvas.vertical(x: column, from: top, to: bottom, layer: layer)
                if top < 0 { marks.above.append(column) }
                if bottom >= Double(dotHeight) { marks.below.append(column) }
            }
            if let start = previous, let finish = end(center, summary.first) {
                canvas.line(fromX: start.x, y: start.y, toX: finish.x, y: finish.y, layer: layer)
            }
            if summary.nonFiniteCount > 0 {
                marks.nonFinite.append(column)
                marks.nonFiniteCount += Int(summary.nonFiniteCount)
            }
            previous = end(center, summary.last)
            index = next
        }
        if index < count, let start = previous, let finish = end(pointX(steps[index]), values[index]) {
            canvas.line(fromX: start.x, y: start.y, toX: finish.x, y: finish.y, layer: layer)
        }
        return marks
    }

    private func end(_ x: Double, _ value: Float) -> (x: Double, y: Double)? {
        value.isFinite ? (x, dotY(Double(value))) : nil
    }
}
