// SPDX-License-Identifier: Apache-2.0
// Several sequences of equal length: the chains of one quantity, or what was computed of every draw. No diagnostics
// here.

/// C sequences of n numbers, one after the other.
///
/// The diagnostics compose: split the draws, rank or fold or compare them, and put the resulting matrix into
/// `potentialScaleReduction` or `effectiveSampleSize`.
public struct ChainMatrix: Sendable, Equatable {
    /// Number of sequences, C.
    public let count: Int
    /// Numbers in each sequence, n.
    public let length: Int
    /// The numbers, `[C, n]`.
    public let values: [Double]

    /// Creates a matrix from its numbers.
    ///
    /// - Precondition: `values` has `count * length` elements.
    public init(_ values: [Double], count: Int, length: Int) {
        guard count >= 0, length >= 0, values.count == count * length else {
            fatalError("ChainMatrix: \(values.count) numbers for \(count) sequences of \(length)")
        }
        self.values = values
        self.count = count
        self.length = length
    }

    /// One sequence.
    public subscript(sequence: Int) -> ArraySlice<Double> {
        values[sequence * length..<(sequence + 1) * length]
    }

    /// Why nothing can be said about the matrix, if so: no values, one that is not finite, or only one distinct value.
    var problem: UndefinedReason? {
        guard let first = values.first else { return .empty }
        // A sum of zeros stays zero; NaN and infinity do not.
        if values.reduce(0, { $0 + ($1 - $1) }) != 0 { return .notFinite }
        return values.allSatisfy { $0 == first } ? .constant : nil
    }

    /// Each sequence cut into its first and its last half, `[2C, n/2]`; of an odd number the one in the middle is left
    /// out.
    public var halves: ChainMatrix {
        let half = length / 2
        if length == 2 * half { return ChainMatrix(values, count: 2 * count, length: half) }
        var result: [Double] = []
        result.reserveCapacity(2 * count * half)
        for sequence in 0..<count {
            result += self[sequence].prefix(half)
            result += self[sequence].suffix(half)
        }
        return ChainMatrix(result, count: 2 * count, length: half)
    }

    /// The numbers minus the first of them: differences far from zero keep all their digits in the sums that follow.
    var fromFirst: ChainMatrix {
        guard let origin = values.first else { return self }
        return mapValues { $0 - origin }
    }

    /// The matrix of a function of every number.
    public func mapValues(_ transform: (Double) -> Double) -> ChainMatrix {
        ChainMatrix(values.map(transform), count: count, length: length)
    }
}
