// SPDX-License-Identifier: Apache-2.0
// Writing into cells: clipping, wide characters, combining marks, truncation.

import Screen
import Testing

@Suite struct CellBufferTests {
    @Test func textIsClippedOnAllSides() {
        var buffer = CellBuffer(height: 2, width: 6)
        buffer.write("abcdefgh", at: Position(row: 0, column: -2))
        buffer.write("below", at: Position(row: 2, column: 0))
        #expect(buffer.lines() == ["cdefgh", ""])
    }
}
