// SPDX-License-Identifier: Apache-2.0
// The draws of several quantities by several chains in one block of memory.

/// D named quantities, M chains of T draws each.
public struct Draws: Sendable, Equatable {
    /// Names of the quantities, D of them.
    public let names: [String]
    /// Number of chains, M.
    public let chainCount: Int
    /// Draws per chain, T.
    public let drawCount: Int
    /// The draws, `[D, M, T]`: the chains of a quantity lie together, as the diagnostics want them.
    public let values: [Double]

    /// Creates draws from a block of the layout `[D, M, T]`.
    ///
    /// - Precondition: `values` has D M T elements.
    public init(names: [String], chainCount: Int, drawCount: Int, values: [Double]) {
        guard chainCount >= 0, drawCount >= 0, values.count == names.count * chainCount * drawCount else {
            fatalError("Draws: \(values.count) numbers for \(names.count) x \(chainCount) x \(drawCount)")
        }
        self.names = names
        self.chainCount = chainCount
        self.drawCount = drawCount
        self.values = values
    }

    /// Creates draws from states as a sampler visits them.
    ///
    /// - Parameters:
    ///   - names: names of the quantities, D of them.
    ///   - chainCount: number of chains, M.
    ///   - states: the states, `[M, T, D]`; T follows from their number.
    /// - Precondition: the number of values is a multiple of M D, which is not 0.
    public init(names: [String], chainCount: Int, states: [Double]) {
        let dimension = names.count
        guard chainCount * dimension > 0, states.count.isMultiple(of: chainCount * dimension) else {
            fatalError("Draws: \(states.count) numbers of \(chainCount) chains of \(dimension) quantities")
        }
        let rows = states.count / dimension
        let values = [Double](unsafeUninitializedCapacity: states.count) { buffer, filled in
            for d in 0..<dimension {
                for row in 0..<rows { buffer[d * rows + row] = states[row * dimension + d] }
            }
            filled = states.count
        }
        self.init(names: names, chainCount: chainCount, drawCount: rows / chainCount, values: values)
    }

    /// The draws of one quantity, sorted and checked.
    public func quantity(_ index: Int) -> ChainDraws {
        let size = chainCount * drawCount
        return ChainDraws(
            ChainMatrix(Array(values[index * size..<(index + 1) * size]), count: chainCount, length: drawCount))
    }

    /// The draw of a quantity by a chain.
    public func value(_ quantity: Int, chain: Int, draw: Int) -> Double {
        values[(quantity * chainCount + chain) * drawCount + draw]
    }
}
