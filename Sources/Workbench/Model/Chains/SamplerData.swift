// SPDX-License-Identifier: Apache-2.0
// What one sampler did: its draws by phase, and what became of its proposals.

import EngineKit
import Screen

/// What a block of draws said besides its states.
struct BlockNote: Sendable, Equatable {
    /// Number of its first state among those of its phase.
    var firstDraw: Int
    /// Steps of the chains.
    var steps: Int
    /// Mean of min(1, ratio) over the proposals; may be NaN.
    var acceptanceRate: Double
    var seconds: Double
    /// Density evaluations of all chains together.
    var evaluations: Int
    /// Accepted proposals of each chain; empty where nobody counted.
    var accepted: [Float]
}

/// States of one phase with the notes of their blocks.
struct PhaseDraws: Sendable {
    private(set) var store: DrawStore
    private(set) var notes: [BlockNote] = []
    /// Steps of the chains between two states.
    let thinning: Int
    /// States that came when there was no room for them any more.
    private(set) var lostCount = 0
    private var lastStep: Int

    /// The states of a first block.
    init(_ block: DrawBlock) {
        store = DrawStore(chains: block.chains, dimension: block.dimension)
        thinning = block.thinning
        lastStep = block.step
        append(block)
    }

    /// Adds a block; one of other chains or of a step that is known is left out, so that a reloaded past does not
    /// double.
    ///
    /// - Returns: whether it was added.
    mutating func take(_ block: DrawBlock) -> Bool {
        guard block.chains == store.chains, block.dimension == store.dimension, block.step > lastStep else {
            return false
        }
        lastStep = block.step
        append(block)
        return true
    }

    private mutating func append(_ block: DrawBlock) {
        let first = store.count
        lostCount += block.count - store.append(block.points)
        notes.append(
            BlockNote(
                firstDraw: first, steps: min(block.stepCount, 1 << 40), acceptanceRate: block.acceptanceRate,
                seconds: block.seconds, evaluations: min(block.evaluations, 1 << 40), accepted: block.acceptedCounts))
    }
}

/// The chains of one sampler.
struct SamplerData: Sendable {
    /// The name of the sampler whose proposal is learned.
    static let learnedName = "learned"

    let name: String
    private(set) var kept: PhaseDraws?
    private(set) var burnIn: PhaseDraws?
    /// The newest states of the training, without earlier ones: the proposal was another one then.
    private(set) var training: DrawBlock?
    /// Share of the states of the training at each mode; empty without modes.
    private(set) var trainingOccupancy: [Double] = []
    private(set) var moves = MoveHistory()
    /// Acceptance rate of each block of burn-in and kept draws, over the steps of the run.
    private(set) var acceptance = SeriesPyramid()

    /// A sampler of which a first block is known.
    init(_ block: DrawBlock, modes: [Float]) {
        name = block.sampler
        take(block, modes: modes)
    }

    /// How it proposes.
    var kind: SamplerKind { SamplerKind(name) }

    /// The phase whose draws are looked at: the kept ones, before there are any those of the burn-in.
    var phase: DrawBlock.Phase {
        if let kept, kept.store.count > 0 { return .kept }
        return burnIn.map { $0.store.count > 0 } == true ? .burnIn : .training
    }

    /// The draws that are looked at; `nil` while there is only training.
    var draws: PhaseDraws? {
        switch phase {
        case .kept: kept
        case .burnIn: burnIn
        case .training: nil
        }
    }

    /// Chains and coordinates of what is looked at.
    var shape: (chains: Int, dimension: Int) {
        if let store = draws?.store { return (store.chains, store.dimension) }
        return (training?.chains ?? 0, training?.dimension ?? 0)
    }

    /// Takes over a block whose lengths have been checked.
    mutating func take(_ block: DrawBlock, modes: [Float]) {
        switch block.phase {
        case .training:
            guard block.step > (training?.step ?? -1), block.count > 0 else { return }
            moves.take(block)
            var newest = block
            newest.points = Array(block.points.suffix(block.chains * block.dimension))
            (newest.proposals, newest.isAccepted, newest.proposingChains) = ([], [], 0)
            training = newest
            trainingOccupancy =
                block.dimension == 2
                ? ModeOccupancy(modes).shares(x: newest.coordinate(0), y: newest.coordinate(1)) : []
            return
        case .burnIn:
            guard Self.add(block, to: &burnIn) else { return }
        case .kept:
            guard Self.add(block, to: &kept) else { return }
        }
        moves.take(block)
        acceptance.append(x: Double(block.step), y: block.acceptanceRate)
    }

    /// Mean acceptance rate over the kept draws; `nil` before there are any.
    var keptAcceptance: Double? { kept.flatMap { Effort($0.notes, from: 0).acceptance } }

    private static func add(_ block: DrawBlock, to draws: inout PhaseDraws?) -> Bool {
        guard draws == nil else { return draws?.take(block) ?? false }
        draws = PhaseDraws(block)
        return true
    }

    /// Mean acceptance rate of the last steps, at least `window` of them where there are as many; `nil` without.
    func recentAcceptance(window: Int) -> Double? {
        guard let draws else { return nil }
        var (sum, steps) = (0.0, 0)
        for note in draws.notes.reversed() where note.steps > 0 {
            sum += note.acceptanceRate * Double(note.steps)
            steps += note.steps
            if steps >= window { break }
        }
        return steps > 0 && sum.isFinite ? sum / Double(steps) : nil
    }
}

extension DrawBlock {
    /// One coordinate of the first state of all chains.
    func coordinate(_ index: Int) -> [Double] {
        guard index >= 0, index < dimension, points.count >= chains * dimension else { return [] }
        return (0..<chains).map { Double(points[$0 * dimension + index]) }
    }
}
