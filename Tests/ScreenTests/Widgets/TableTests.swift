// SPDX-License-Identifier: Apache-2.0
// Tables and lists: columns, selection, scrolling, filter.

import Screen
import Testing

@Suite struct TableTests {
    private func table(rows: Int, selected: Int? = nil, offset: Int = 0) -> Table {
        Table(
            columns: [TableColumn("layer"), TableColumn("keep", alignment: .right)],
            rows: (0..<rows).map { [StyledText("conv\($0)"), StyledText("\($0 * 25) %", .good)] },
            state: ListState(selected: selected, offset: offset))
    }

    @Test func alignsColumnsUnderTheirHeadings() {
        expectDrawing(
            table(rows: 3), height: 4, width: 20,
            """
            layer  keep
            conv0   0 %
            conv1  25 %
            conv2  50 %
            """)
    }

    @Test func scrollsToTheSelectionAndShowsWhere() {
        expectDrawing(
            table(rows: 6, selected: 5), height: 4, width: 14,
            """
            layer   keep
            conv3   75 % │
            conv4  100 % │
            conv5  125 % ┃
            """)
    }

    @Test func selectedRowsKeepTheMeaningOfTheirCells() {
        let buffer = table(rows: 2, selected: 1).rendered(height: 3, width: 14)
        #expect(buffer[2, 0].style == Style(.selection))
        #expect(buffer[2, 8].style == Style(.good, on: .selection))
        #expect(buffer[2, 13].style == Style(.selection), "the whole row is marked")
        #expect(buffer[1, 8].style == Style(.good))
    }

    @Test func missingCellsStayEmptyAndExtraOnesAreLeftOut() {
        let table = Table(
            columns: [TableColumn("a"), TableColumn("b")],
            rows: [["x"], ["x", "y", "z"], []].map { $0.map { StyledText($0) } })
        expectDrawing(table, height: 4, width: 9, "a  b\nx\nx  y\n")
    }

    @Test func widthsFollowConstraints() {
        let table = Table(
            columns: [TableColumn("name", width: .fraction(1)), TableColumn("n", alignment: .right, width: .fixed(3))],
            rows: [[StyledText("a rather long name"), StyledText("12345")]], gap: 1)
        expectDrawing(table, height: 2, width: 14, "name         n\na rather … 12…")
    }

    @Test func cellAreasFollowScrolling() {
        let area = Rectangle(height: 4, width: 20)
        #expect(table(rows: 3).cellArea(row: 1, column: 1, in: area) == Rectangle(top: 2, left: 7, height: 1, width: 4))
        #expect(table(rows: 9, selected: 8).cellArea(row: 8, column: 0, in: area)?.top == 3)
        #expect(table(rows: 9, selected: 8).cellArea(row: 0, column: 0, in: area) == nil)
        #expect(table(rows: 3).cellArea(row: 7, column: 0, in: area) == nil)
    }

    @Test func insetsAreDrawnInTheirCellsOnTheBackgroundOfTheRow() {
        var table = table(rows: 9, selected: 8)
        table.columns[1].width = .fixed(6)
        table.insets = (0..<9).map { TableInset(row: $0, column: 1, Bar(Double($0) / 8)) }
        let buffer = table.rendered(height: 3, width: 16)
        #expect(buffer.lines()[1].hasPrefix("conv7  █████▎"))
        #expect(buffer.lines()[2].hasPrefix("conv8  ██████"))
        #expect(buffer[2, 7].style == Style(.series(0), on: .selection))
        #expect(buffer[1, 7].style == Style(.series(0)))
    }

    @Test func movingStaysWithinTheRows() {
        var state = ListState()
        state.move(by: 1, count: 3)
        #expect(state.selected == 0, "the first key selects the first row")
        state.move(by: 5, count: 3)
        #expect(state.selected == 2)
        state.move(by: .min, count: 3)
        #expect(state.selected == 0)
        state.move(by: .max, count: 3)
        #expect(state.selected == 2)
        state.move(by: -1, count: 1)
        #expect(state.selected == 0, "rows disappeared")
        state.move(by: 1, count: 0)
        #expect(state.selected == nil)
    }

    @Test func revealingMovesAsLittleAsPossible() {
        var state = ListState(selected: 4, offset: 3)
        state.reveal(count: 10, visible: 3)
        #expect(state.offset == 3)
        state.selected = 7
        state.reveal(count: 10, visible: 3)
        #expect(state.offset == 5)
        state.selected = 1
        state.reveal(count: 10, visible: 3)
        #expect(state.offset == 1)
        state = ListState(selected: nil, offset: 9)
        state.reveal(count: 10, visible: 3)
        #expect(state.offset == 7, "no row is wasted at the end")
    }

    @Test func listsShowMatchesOnly() {
        let items = ["train/loss", "train/accuracy", "test/loss"].map { StyledText($0) }
        expectDrawing(
            List(items, filter: "LOSS", state: ListState(selected: 1)), height: 3, width: 14,
            "  train/loss\n▸ test/loss\n")
        #expect(List(items, filter: "tr ac").matches == [1])
        expectDrawing(List(items, filter: "zzz"), height: 1, width: 20, "nothing matches")
        expectDrawing(List([], emptyText: "no runs yet"), height: 1, width: 20, "no runs yet")
        let buffer = List(items, filter: "loss").rendered(height: 3, width: 14)
        #expect(buffer[0, 8].style == Style.plain.with(.underline))
        #expect(buffer[0, 7].style == .plain)
    }
}
