// SPDX-License-Identifier: Apache-2.0
// Philox against the known answers of the Random123 authors (recomputed by Tests/Golden/probability/philox.py).

import Testing

@testable import Probability

@Suite("Philox4x32") struct PhiloxTests {
    @Test func blocksAreTheKnownAnswersOfTheAuthors() {
        let ones = UInt32.max
        #expect(
            Philox4x32.block(counter: (0, 0, 0, 0), key: (0, 0)) == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
        )
        #expect(
            Philox4x32.block(counter: (ones, ones, ones, ones), key: (ones, ones))
                == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox4x32.block(
                counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: (0xa409_3822, 0x299f_31d0))
                == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func aStreamIsPhiloxWithSeedAsKeyAndPositionIndexPurposeAsCounter() {
        var stream = RandomStream(seed: 0x0123_4567_89AB_CDEF, purpose: "shuffle", index: 7)
        let expected: [UInt32] = [
            0x9330_cd88, 0x30ed_62bd, 0x07aa_2ccc, 0xc1ee_cbff, 0xca90_1f77, 0x9d29_e7bc, 0x684c_bb0a, 0x4505_0bc8,
        ]
        #expect(expected.map { _ in stream.nextUInt32() } == expected)
        // Beyond 2^32 blocks the upper counter word takes part.
        stream.seek(to: ((1 << 32) + 5) * 4 + 1)
        #expect(stream.nextUInt32() == 0x82b9_4dcd)
        #expect(StreamPurpose.shuffle.identifier == 0x790c_294e)
    }

    @Test(arguments: [0, 5, 0xFFFF_FFFE, 0x3FFF_FFFF_0000_0003]) func filledWordsAreThoseOfTheBlocks(first: UInt64) {
        var stream = RandomStream(
            RandomStream.State(seed: 3 << 32 | 0xFFFF_FFFF, purpose: 0x9234_5678, index: 7, position: first &* 4))
        for count in 0...6 {
            let start = stream.state.position / 4
            var words = [UInt32](repeating: 0, count: 4 * count)
            words.withUnsafeMutableBufferPointer { stream.fill($0) }
            for block in 0..<count {
                let number = start &+ UInt64(block)
                let expected = Philox4x32.block(
                    counter: (
                        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), 7, 0x9234_5678
                    ), key: (0xFFFF_FFFF, 3))
                #expect(Array(words[4 * block..<4 * block + 4]) == [expected.0, expected.1, expected.2, expected.3])
            }
        }
    }
}
