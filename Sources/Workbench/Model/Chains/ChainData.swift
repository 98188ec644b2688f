// SPDX-License-Identifier: Apache-2.0
// What is known of the chains of a run: the density that they sample, and what each sampler drew from it.

import EngineKit
import Screen

/// The chains of one run; grows by folding in records, and leaves out those that make no sense.
struct ChainData: Sendable {
    /// Samplers that are told apart at most: a learned one, five baselines and some room; more are somebody's mistake.
    private static let samplerCapacity = 8

    private(set) var target: TargetDescription?
    /// The log density of the target, over the centres of the outer cells of its grid; `nil` where it cannot be drawn.
    private(set) var field: ScalarField?
    /// In the order of appearance, but the learned one first.
    private(set) var samplers: [SamplerData] = []

    /// Whether there is anything to show.
    var isEmpty: Bool { target == nil && samplers.isEmpty }

    /// A sampler by its name.
    func sampler(named name: String) -> SamplerData? { samplers.first { $0.name == name } }

    /// The name of a coordinate.
    func coordinateName(_ index: Int) -> String {
        guard let names = target?.coordinates, names.indices.contains(index) else { return "x\(index + 1)" }
        return names[index]
    }

    /// The places of the modes, `[K, 2]`; empty unless the target is one of the plane.
    var modes: [Float] {
        guard let target, target.plane != nil, target.modes.count.isMultiple(of: 2) else { return [] }
        return target.modes.allSatisfy(\.isFinite) ? target.modes : []
    }

    // MARK: Records

    /// Takes over a description; a part of the plane that cannot be drawn is left out.
    mutating func take(_ target: TargetDescription) {
        var target = target
        field = Self.field(target)
        if field == nil { target.plane = nil }
        self.target = target
    }

    private static func field(_ target: TargetDescription) -> ScalarField? {
        guard let plane = target.plane, target.coordinates.count == 2 else { return nil }
        let sides = 2...4096
        guard sides.contains(plane.columns), sides.contains(plane.rows),
            target.logDensity.count == plane.columns * plane.rows,
            [plane.left, plane.right, plane.bottom, plane.top].allSatisfy(\.isFinite),
            plane.left < plane.right, plane.bottom < plane.top, (plane.right - plane.left).isFinite,
            (plane.top - plane.bottom).isFinite
        else { return nil }
        // Where there is no density the logarithm is as low as makes no difference; infinities would spoil neighbours.
        let values = target.logDensity.map { $0.isNaN ? -1e30 : min(1e30, max(-1e30, Double($0))) }
        return ScalarField(columns: plane.columns, rows: plane.rows, values: values)
    }

    /// Takes over a block of draws unless its numbers do not fit together.
    mutating func take(_ draws: DrawBlock) {
        guard let block = Self.sound(draws) else { return }
        if let index = samplers.firstIndex(where: { $0.name == block.sampler }) {
            samplers[index].take(block, modes: modes)
        } else if samplers.count < Self.samplerCapacity {
            let index = block.sampler == SamplerData.learnedName ? 0 : samplers.count
            samplers.insert(SamplerData(block, modes: modes), at: index)
        }
    }

    /// The block if its arrays have the lengths that it says; without its proposals or counts if only those do not.
    private static func sound(_ draws: DrawBlock) -> DrawBlock? {
        var block = draws
        guard (1...100_000).contains(block.chains), (1...100_000).contains(block.dimension),
            block.chains * block.dimension <= 1 << 22, block.thinning >= 1, block.stepCount >= 0,
            block.points.count.isMultiple(of: block.chains * block.dimension)
        else { return nil }
        if block.acceptedCounts.count != block.chains { block.acceptedCounts = [] }
        if !(0...block.chains).contains(block.proposingChains)
            || block.proposals.count != block.count * block.proposingChains * block.dimension
            || block.isAccepted.count != block.count * block.proposingChains
        {
            (block.proposingChains, block.proposals, block.isAccepted) = (0, [], [])
        }
        if !(block.seconds >= 0 && block.seconds.isFinite) { block.seconds = 0 }
        block.evaluations = max(0, block.evaluations)
        return block
    }
}
