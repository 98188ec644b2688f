// SPDX-License-Identifier: Apache-2.0
// How draws share out among the modes of their target: what a proposal that has lost a mode cannot hide.

/// The modes of a density of the plane.
struct ModeOccupancy: Sendable {
    private let places: [(x: Double, y: Double)]

    /// Modes from their coordinates, `[K, 2]`.
    init(_ modes: [Float]) {
        places = stride(from: 0, to: modes.count - 1, by: 2).map { (Double(modes[$0]), Double(modes[$0 + 1])) }
    }

    /// The share of the points nearest to each mode; empty without modes or points.
    ///
    /// Points that are no numbers belong to none.
    func shares(x: some Sequence<Double>, y: some Sequence<Double>) -> [Double] {
        guard !places.isEmpty else { return [] }
        var counts = [Int](repeating: 0, count: places.count)
        for (x, y) in zip(x, y) where x.isFinite && y.isFinite {
            var (nearest, least) = (0, Double.infinity)
            for (index, place) in places.enumerated() {
                let distance = (x - place.x) * (x - place.x) + (y - place.y) * (y - place.y)
                if distance < least { (nearest, least) = (index, distance) }
            }
            counts[nearest] += 1
        }
        let total = counts.reduce(0, +)
        return total > 0 ? counts.map { Double($0) / Double(total) } : []
    }
}
