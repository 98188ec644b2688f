// SPDX-License-Identifier: Apache-2.0
// States of chains in the order of time, in chunks, so that growing never copies what other threads are reading.

/// The states of M chains of D coordinates.
struct DrawStore: Sendable {
    /// Numbers that a store holds at most, 32 MB; engines thin to less.
    static let capacity = 1 << 23
    /// Numbers of a chunk, about: what is copied at most when a store grows that somebody reads.
    private static let chunkSize = 1 << 16

    /// M.
    let chains: Int
    /// D.
    let dimension: Int
    /// States of each chain, T.
    private(set) var count = 0
    /// `[n, M, D]` each, all but the last one of the same n.
    private var chunks: [[Float]] = []

    /// An empty store.
    ///
    /// - Precondition: there are chains and coordinates.
    init(chains: Int, dimension: Int) {
        precondition(chains > 0 && dimension > 0, "chains and coordinates")
        self.chains = chains
        self.dimension = dimension
    }

    private var width: Int { chains * dimension }
    private var statesPerChunk: Int { max(1, Self.chunkSize / width) }

    /// Adds states, `[n, M, D]`, as many as there is room for.
    ///
    /// - Returns: how many were added.
    mutating func append(_ points: [Float]) -> Int {
        let added = min(points.count / width, max(0, Self.capacity / width - count))
        var start = 0
        for _ in 0..<added {
            if count.isMultiple(of: statesPerChunk) {
                chunks.append([])
                chunks[chunks.count - 1].reserveCapacity(statesPerChunk * width)
            }
            chunks[chunks.count - 1].append(contentsOf: points[start..<start + width])
            start += width
            count += 1
        }
        return added
    }

    /// One number.
    func value(draw: Int, chain: Int, coordinate: Int) -> Float {
        let place = draw % statesPerChunk
        return chunks[draw / statesPerChunk][(place * chains + chain) * dimension + coordinate]
    }

    /// Calls a function with each state, `[M, D]`, from a draw on.
    func forEachState(from first: Int, _ body: (_ draw: Int, _ state: UnsafeBufferPointer<Float>) -> Void) {
        var draw = max(0, first)
        while draw < count {
            let chunk = draw / statesPerChunk
            chunks[chunk].withUnsafeBufferPointer { numbers in
                let end = min(count, (chunk + 1) * statesPerChunk)
                while draw < end {
                    let start = draw % statesPerChunk * width
                    body(draw, UnsafeBufferPointer(rebasing: numbers[start..<start + width]))
                    draw += 1
                }
            }
        }
    }

    /// One coordinate of all chains from a draw on, `[M, T - first]`: the chains lie one after the other.
    func coordinate(_ coordinate: Int, from first: Int) -> [Double] {
        let length = max(0, count - max(0, first))
        var values = [Double](repeating: 0, count: chains * length)
        values.withUnsafeMutableBufferPointer { values in
            var time = 0
            forEachState(from: first) { _, state in
                for chain in 0..<chains {
                    values[chain * length + time] = Double(state[chain * dimension + coordinate])
                }
                time += 1
            }
        }
        return values
    }
}
