// SPDX-License-Identifier: Apache-2.0
// A stream of random words that can be put aside and taken up again exactly; distributions are in the extensions.

import CKernels

/// Random words for one purpose: a value that is a function of seed, purpose, index and position, nothing else.
///
/// The seed is the key of `Philox4x32`; purpose and index fill the upper half of the counter and the position the lower
/// half, so streams of one seed never overlap. Copies continue independently with the same words.
public struct RandomStream: Sendable, RandomNumberGenerator {
    /// The seed, purpose and index a stream was made from, and how many 32-bit words were taken.
    public struct State: Sendable, Hashable {
        /// The seed of the run.
        public var seed: UInt64
        /// The purpose's stable hash.
        public var purpose: UInt32
        /// Which of the streams with this purpose, such as the chain or the layer.
        public var index: UInt32
        /// 32-bit words taken since the start.
        public var position: UInt64

        /// Creates a state.
        public init(seed: UInt64, purpose: UInt32, index: UInt32, position: UInt64) {
            self.seed = seed
            self.purpose = purpose
            self.index = index
            self.position = position
        }

        /// The state as three integers for a checkpoint: seed, purpose and index, position.
        public var words: [UInt64] {
            [seed, UInt64(purpose) << 32 | UInt64(index), position]
        }

        /// The state that `words` described, or `nil` when there are not three.
        public init?(words: [UInt64]) {
            guard words.count == 3 else { return nil }
            self.init(
                seed: words[0], purpose: UInt32(truncatingIfNeeded: words[1] >> 32),
                index: UInt32(truncatingIfNeeded: words[1]), position: words[2])
        }
    }

    @usableFromInline var current: State
    /// The block that holds the word at `current.position`; meaningless while the position is a multiple of four.
    @usableFromInline var block: Philox4x32.Words = (0, 0, 0, 0)

    /// Creates the stream of a purpose at its beginning.
    public init(seed: UInt64, purpose: StreamPurpose, index: UInt32 = 0) {
        self.init(State(seed: seed, purpose: purpose.identifier, index: index, position: 0))
    }

    /// Takes up a stream where `state` was read.
    public init(_ state: State) {
        current = state
        if state.position & 3 != 0 { block = words(ofBlock: state.position >> 2) }
    }

    /// Where the stream stands; setting it continues from there with the same words.
    public var state: State {
        get { current }
        set { self = RandomStream(newValue) }
    }

    /// Continues at the given number of words from the start.
    public mutating func seek(to position: UInt64) {
        var target = current
        target.position = position
        self = RandomStream(target)
    }

    /// The four words at positions `4 * number` to `4 * number + 3`.
    @inlinable
    func words(ofBlock number: UInt64) -> Philox4x32.Words {
        Philox4x32.block(
            counter: (
                UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), current.index,
                current.purpose
            ),
            key: (UInt32(truncatingIfNeeded: current.seed), UInt32(truncatingIfNeeded: current.seed >> 32)))
    }

    /// The next word, uniform on all 32-bit values.
    @inlinable
    public mutating func nextUInt32() -> UInt32 {
        let lane = current.position & 3
        if lane == 0 { block = words(ofBlock: current.position >> 2) }
        current.position &+= 1
        switch lane {
        case 0: return block.0
        case 1: return block.1
        case 2: return block.2
        default: return block.3
        }
    }

    /// The next two words as one, the first in the lower half.
    @inlinable
    public mutating func nextUInt64() -> UInt64 {
        let low = nextUInt32()
        let high = nextUInt32()
        return UInt64(high) << 32 | UInt64(low)
    }

    /// The next 64-bit word, for the standard library's algorithms.
    @inlinable
    public mutating func next() -> UInt64 {
        nextUInt64()
    }

    /// Fills memory with the words that repeated `nextUInt32()` would give.
    public mutating func fill(_ output: UnsafeMutableBufferPointer<UInt32>) {
        var index = 0
        let count = output.count
        while index < count, current.position & 3 != 0 {
            output[index] = nextUInt32()
            index += 1
        }
        let blocks = (count - index) / 4
        if let first = output.baseAddress {
            var words = elbo_random_words(
                seed: current.seed, purpose: current.purpose, index: current.index, block: current.position >> 2)
            elbo_stream_words(&words, first + index, 4 * blocks)
        }
        index += 4 * blocks
        current.position &+= UInt64(blocks) * 4
        while index < count {
            output[index] = nextUInt32()
            index += 1
        }
    }
}
