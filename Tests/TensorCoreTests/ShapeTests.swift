// SPDX-License-Identifier: Apache-2.0
// Shapes count, index and broadcast as documented.

import Testing

@testable import TensorCore

@Suite struct ShapeTests {
    @Test func countIsTheProductOfTheSizes() {
        #expect(Shape([2, 3, 4]).count == 24)
        #expect(Shape([]).count == 1)
        #expect(Shape([5, 0]).count == 0)
        #expect(Shape([2, 3])[-1] == 3)
    }

    @Test func broadcastingRepeatsAxesOfSizeOne() {
        #expect(Shape.broadcast([2, 1, 4], [3, 1]) == [2, 3, 4])
        #expect(Shape.broadcast([], [3]) == [3])
        #expect(Shape.broadcast([2], [3]) == nil)
    }
}
