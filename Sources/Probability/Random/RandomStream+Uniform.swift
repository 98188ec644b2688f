// SPDX-License-Identifier: Apache-2.0
// Uniform numbers, unbiased integers and permutations from a random stream.

import CKernels

extension RandomStream {
    /// A uniform number in the open interval (0, 1): one of 2^52 equidistant values; takes two words.
    @inlinable
    public mutating func uniform() -> Double {
        Self.uniform(from: nextUInt64())
    }

    /// A uniform number in the open interval (0, 1): one of 2^23 equidistant values; takes one word.
    @inlinable
    public mutating func uniformFloat() -> Float {
        Self.uniformFloat(from: nextUInt32())
    }

    /// A uniform number in the open interval between two bounds, up to rounding.
    @inlinable
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    // The half keeps 0 and 1 out. One bit less than the significand holds, or the largest value would round to 1.
    @inlinable
    static func uniform(from word: UInt64) -> Double {
        (Double(Int64(word >> 12)) + 0.5) * 0x1p-52
    }

    @inlinable
    static func uniformFloat(from word: UInt32) -> Float {
        (Float(Int32(word >> 9)) + 0.5) * 0x1p-23
    }

    /// Fills memory with the numbers that repeated `uniformFloat()` would give.
    public mutating func fillUniform(_ output: UnsafeMutableBufferPointer<Float>) {
        // A Float has the size of a word, so the words are made in place and converted one by one.
        fillWords(output)
        for index in output.indices {
            output[index] = Self.uniformFloat(from: output[index].bitPattern)
        }
    }

    /// Fills memory with the numbers that repeated `uniform()` would give.
    public mutating func fillUniform(_ output: UnsafeMutableBufferPointer<Double>) {
        fillWords(output)
        elbo_uniform_numbers_f64(output.baseAddress, output.count)
    }

    /// Fills an array with the numbers that repeated `uniformFloat()` would give.
    public mutating func fillUniform(_ output: inout [Float]) {
        output.withUnsafeMutableBufferPointer { fillUniform($0) }
    }

    /// Fills an array with the numbers that repeated `uniform()` would give.
    public mutating func fillUniform(_ output: inout [Double]) {
        output.withUnsafeMutableBufferPointer { fillUniform($0) }
    }

    /// An integer uniform on `0..<bound`, without bias ([Lem19]: multiply, and reject the few words too many).
    ///
    /// - Precondition: `bound` is positive.
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "a random integer needs a positive bound")
        guard let narrow = UInt32(exactly: bound) else { return wideInteger(below: UInt64(bound)) }
        var product = UInt64(nextUInt32()) * UInt64(narrow)
        if UInt32(truncatingIfNeeded: product) < narrow {
            // 2^32 modulo bound: so many low parts would occur once too often.
            let surplus = (0 &- narrow) % narrow
            while UInt32(truncatingIfNeeded: product) < surplus {
                product = UInt64(nextUInt32()) * UInt64(narrow)
            }
        }
        return Int(product >> 32)
    }

    private mutating func wideInteger(below bound: UInt64) -> Int {
        var product = nextUInt64().multipliedFullWidth(by: bound)
        if product.low < bound {
            let surplus = (0 &- bound) % bound
            while product.low < surplus {
                product = nextUInt64().multipliedFullWidth(by: bound)
            }
        }
        return Int(product.high)
    }

    /// Puts the elements into a uniformly random order (Fisher and Yates).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, integer(below: last + 1))
        }
    }

    /// The numbers `0..<count` in a uniformly random order.
    public mutating func permutation(count: Int) -> [Int] {
        var order = Array(0..<count)
        shuffle(&order)
        return order
    }
}

extension RandomStream {
    /// Fills the bit patterns of numbers with words; a Double takes two, the first in its lower half.
    mutating func fillWords<Number: BinaryFloatingPoint>(_ output: UnsafeMutableBufferPointer<Number>) {
        UnsafeMutableRawBufferPointer(output).withMemoryRebound(to: UInt32.self) { fill($0) }
    }
}
