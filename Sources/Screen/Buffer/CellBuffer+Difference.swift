// SPDX-License-Identifier: Apache-2.0
// What changed between two frames, as runs of cells: all that a terminal needs to be told.

/// A run of neighbouring cells of one row that have to be drawn again.
public struct ChangedRun: Hashable, Sendable {
    /// The row.
    public var row: Int
    /// First column and the column after the last; never splits a wide character.
    public var columns: Range<Int>

    /// Creates a run.
    public init(row: Int, columns: Range<Int>) {
        self.row = row
        self.columns = columns
    }
}

extension CellBuffer {
    /// The runs of cells that differ from `previous`, top to bottom, left to right.
    ///
    /// Two changes with fewer than `bridge` equal cells between them form one run, since moving a cursor costs about
    /// that many bytes. A buffer of another size differs everywhere.
    public func changedRuns(since previous: CellBuffer, bridge: Int = 4) -> [ChangedRun] {
        guard previous.height == height, previous.width == width else {
            return width == 0 ? [] : (0..<height).map { ChangedRun(row: $0, columns: 0..<width) }
        }
        var runs: [ChangedRun] = []
        for row in 0..<height {
            let start = row * width
            var open: Range<Int>?
            for column in 0..<width where cells[start + column] != previous.cells[start + column] {
                // Both halves of a wide character, old or new, belong to the change.
                var (first, last) = (column, column + 1)
                if cells[start + column].width == 0 { first = max(0, first - 1) }
                if cells[start + column].width == 2 { last = min(width, last + 1) }
                if let run = open, first - run.upperBound < bridge {
                    open = min(run.lowerBound, first)..<max(run.upperBound, last)
                } else {
                    if let run = open { runs.append(ChangedRun(row: row, columns: run)) }
                    open = first..<last
                }
            }
            if let run = open { runs.append(ChangedRun(row: row, columns: run)) }
        }
        return runs
    }
}
