// SPDX-License-Identifier: Apache-2.0
// Where the draws of each chain rank among all draws: bars of equal height if the chains agree.

extension ChainPictures {
    /// Bars of a rank histogram.
    static let rankBins = 20
    /// Chains whose ranks are shown.
    static let rankedChains = 64

    /// For each chain how many of its draws lie in each twentieth of all draws.
    static func ranks(_ values: [Double], chains: Int, length: Int) -> [[Int]] {
        guard length >= rankBins, values.allSatisfy(\.isFinite) else { return [] }
        let sorted = values.sorted()
        let edges = (1..<rankBins).map { sorted[$0 * sorted.count / rankBins] }
        return (0..<min(chains, rankedChains)).map { chain in
            var counts = [Int](repeating: 0, count: rankBins)
            for value in values[chain * length..<(chain + 1) * length] {
                // How many edges are at or below the value.
                var (low, high) = (0, edges.count)
                while low < high {
                    let middle = (low + high) / 2
                    if edges[middle] <= value { low = middle + 1 } else { high = middle }
                }
                counts[low] += 1
            }
            return counts
        }
    }
}
