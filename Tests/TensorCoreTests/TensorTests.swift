// SPDX-License-Identifier: Apache-2.0
// Making, reading and changing tensors, whatever their layout.

import TestSupport
import Testing

@testable import TensorCore

@Suite struct TensorTests {
    private let values = (0..<(2 * 17 * 6)).map { Float($0) }

    private func maps(_ order: ChannelOrder) -> Tensor {
        Tensor(shape: [2, 17, 3, 2], scalars: values).arranged(order)
    }

    @Test(arguments: [ChannelOrder.rowMajor, .channelsLast, .blocked(16)])
    func elementsAreReadInRowMajorOrder(_ order: ChannelOrder) {
        let x = maps(order)
        #expect(x.scalars() == values)
        #expect(x.doubles() == values.map { Double($0) })
        #expect(x.withScalars { Array($0) } == values)
        #expect(x.copied().scalars() == values)
        #expect(x.reshape([34, 6]).scalars() == values)
        #expect(x.isFinite)
    }

    @Test(arguments: [ChannelOrder.rowMajor, .channelsLast, .blocked(16)])
    func changesAreSeenByAllWhoShareTheMemory(_ order: ChannelOrder) {
        let x = maps(order)
        let alias = x.reshape([34, 6])
        x.mutateScalars { $0[7] = -1 }
        #expect(alias.scalars()[7] == -1)
        x.assign(Tensor.full([2, 17, 3, 2], 5))
        #expect(alias.scalars() == [Float](repeating: 5, count: 204))
    }

    @Test func assignKeepsTheLayout() {
        let x = maps(.blocked(16))
        let layout = x.storage.layout
        x.assign(Tensor.full([2, 17, 3, 2], 5))
        #expect(x.storage.layout === layout)
        #expect(x.scalars().allSatisfy { $0 == 5 })
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func numbersThatAreNotFiniteAreFound(_ bad: Double) {
        var numbers = [Double](repeating: 1, count: 100)
        #expect(Tensor(shape: [100], doubles: numbers).isFinite)
        numbers[63] = bad
        #expect(!Tensor(shape: [100], doubles: numbers).isFinite)
        #expect(!Tensor(shape: [100], scalars: numbers.map { Float($0) }).isFinite)
    }

    @Test func scalarsAndFillsHaveTheirValues() {
        #expect(Tensor.scalar(2.5).item() == 2.5)
        #expect(Tensor.ones([2]).scalars() == [1, 1])
        #expect(Tensor.zeros([0, 3]).scalars().isEmpty)
        #expect(Tensor.full([2], 0.1, .float64).doubles() == [0.1, 0.1])
        #expect(Tensor(shape: [3]) { for index in $0.indices { $0[index] = Float(index) } }.scalars() == [0, 1, 2])
    }
}
