// SPDX-License-Identifier: Apache-2.0
// Draws as they come from a run: kept by sampler and phase, played back, and left out where they make no sense.

import EngineKit
import Screen
import Testing

@testable import Workbench

/// A block of one coordinate, given state by state: a row is a state of all chains.
func chainBlock(
    _ rows: [[Float]], step: Int = 1, sampler: String = "learned", phase: DrawBlock.Phase = .kept,
    dimension: Int = 1, accepted: [Float] = []
) -> DrawBlock {
    var block = DrawBlock(
        step: step, sampler: sampler, phase: phase, chains: (rows.first?.count ?? dimension) / dimension,
        dimension: dimension)
    block.points = rows.flatMap { $0 }
    block.stepCount = rows.count
    block.acceptedCounts = accepted
    return block
}

@Suite struct ChainsDataTests {
    @Test func aStoreGivesOneCoordinateOfAllChains() {
        var store = DrawStore(chains: 2, dimension: 2)
        #expect(store.append([1, 10, 2, 20, 3, 30, 4, 40]) == 2)
        #expect(store.append([5, 50, 6, 60]) == 1)
        #expect(store.count == 3)
        #expect(store.coordinate(0, from: 0) == [1, 3, 5, 2, 4, 6])
        #expect(store.coordinate(1, from: 1) == [30, 50, 40, 60])
        #expect(store.coordinate(1, from: 9) == [])
        #expect(store.value(draw: 2, chain: 1, coordinate: 0) == 6)
    }

    /// States are found again across the borders of chunks, and no more are kept than there is room for.
    @Test func aStoreGrowsInChunksUpToItsCapacity() {
        var store = DrawStore(chains: 100, dimension: 100)
        for draw in 0..<20 { #expect(store.append([Float](repeating: Float(draw), count: 10_000)) == 1) }
        #expect((0..<20).allSatisfy { store.value(draw: $0, chain: 99, coordinate: 99) == Float($0) })
        var draws: [Float] = []
        store.forEachState(from: 5) { draw, state in
            draws.append(state[0])
            #expect(Float(draw) == state[9999] && state.count == 10_000)
        }
        #expect(draws == (5..<20).map { Float($0) })
        let room = DrawStore.capacity / 10_000 - 20
        #expect(store.append([Float](repeating: 0, count: 10_000 * (room + 3))) == room)
        #expect(store.append([Float](repeating: 0, count: 10_000)) == 0)
    }

    @Test func phasesAndSamplersAreKeptApart() throws {
        var data = ChainData()
        data.take(chainBlock([[1, 2]], step: 25, phase: .training))
        #expect(data.samplers[0].phase == .training && data.samplers[0].draws == nil)
        #expect(data.samplers[0].shape == (2, 1))
        data.take(chainBlock([[3, 4]], step: 30, phase: .burnIn))
        #expect(data.samplers[0].phase == .burnIn && data.samplers[0].draws?.store.count == 1)
        data.take(chainBlock([[5, 6], [7, 8]], step: 31))
        data.take(chainBlock([[0]], step: 31, sampler: "hmc"))
        #expect(data.samplers.map(\.name) == ["learned", "hmc"])
        #expect(data.samplers[0].phase == .kept)
        #expect(data.samplers[0].draws?.store.coordinate(0, from: 0) == [5, 7, 6, 8])
        // A step that is known comes from a past that was read twice.
        data.take(chainBlock([[9, 9]], step: 31))
        #expect(data.samplers[0].draws?.store.count == 2)
        data.take(chainBlock([[9, 9]], step: 32))
        #expect(data.samplers[0].draws?.store.count == 3)
    }

    /// A learned sampler and five baselines fit, and the learned one is the first whoever came first.
    @Test func sixSamplersAreToldApartByKind() {
        var data = ChainData()
        let names = ["laplace", "moments", "learned", "random-walk", "langevin", "hamiltonian"]
        for name in names { data.take(chainBlock([[1, 2]], sampler: name)) }
        #expect(
            data.samplers.map(\.name) == ["learned", "laplace", "moments", "random-walk", "langevin", "hamiltonian"])
        #expect(
            data.samplers.map(\.kind) == [
                .learned, .independent, .independent, .local(useful: 0.15...0.5), .local(useful: 0.4...0.8),
                .local(useful: 0.6...0.9),
            ])
    }

    @Test func recordsThatMakeNoSenseAreLeftOut() {
        var data = ChainData()
        let good = chainBlock([[1, 2], [3, 4]])
        func broken(_ change: (inout DrawBlock) -> Void) -> DrawBlock {
            var block = good
            change(&block)
            return block
        }
        let bad = [
            broken { $0.chains = 0 }, broken { $0.chains = -1 }, broken { $0.chains = .max },
            broken { $0.dimension = 0 }, broken { $0.dimension = .max }, broken { $0.thinning = 0 },
            broken { $0.points.removeLast() }, broken { $0.stepCount = -1 }, broken { $0.thinning = .min },
        ]
        for block in bad { data.take(block) }
        #expect(data.samplers.isEmpty)
        // What can be used of a block is used.
        data.take(
            broken {
                $0.acceptedCounts = [1, 2, 3]
                $0.proposingChains = 5
                $0.proposals = [1]
                $0.seconds = .nan
                $0.evaluations = -3
                $0.acceptanceRate = .infinity
            })
        #expect(data.samplers.count == 1 && data.samplers[0].moves.isEmpty)
        let note = data.samplers[0].draws?.notes.first
        #expect(note?.accepted == [] && note?.seconds == 0 && note?.evaluations == 0)
        #expect(data.samplers[0].recentAcceptance(window: 10) == nil)
        // Other chains under the same name, and more samplers than anybody has.
        data.take(chainBlock([[1, 2, 3]], step: 2))
        #expect(data.samplers[0].draws?.store.count == 2)
        for index in 0..<100 { data.take(chainBlock([[1]], step: 1, sampler: "s\(index)")) }
        #expect(data.samplers.count == 8)
    }

    @Test func aPlaneThatCannotBeDrawnIsLeftOut() {
        func field(_ change: (inout TargetDescription) -> Void) -> ScalarField? {
            var target = FakeChainsRun.target
            change(&target)
            var data = ChainData()
            data.take(target)
            #expect((data.field == nil) == (data.target?.plane == nil))
            return data.field
        }
        #expect(field { _ in } != nil)
        #expect(field { $0.logDensity.removeLast() } == nil)
        #expect(field { $0.plane?.left = .nan } == nil)
        #expect(field { $0.plane?.right = -8 } == nil)
        #expect(field { $0.plane?.columns = .max } == nil)
        #expect(field { $0.plane?.rows = 0 } == nil)
        #expect(field { $0.coordinates = ["x"] } == nil)
        let endless = TargetDescription.Plane(
            horizontal: -1.7e308...1.7e308, vertical: -4...4, columns: 40, rows: 40, logNormalizer: nil)
        #expect(field { $0.plane = endless } == nil)
        // No density somewhere is no reason to draw nothing.
        let usable = field { $0.logDensity.replaceSubrange(0..<2, with: [-.infinity, .nan]) }
        #expect(usable?.values[0] == -1e30 && usable?.values[1] == -1e30)
    }

    @Test func modesShareOutTheNearestDraws() {
        let modes = ModeOccupancy([-4, 0, 4, 0, 100, 0])
        #expect(modes.shares(x: [-5, -0.1, 3, 1, .nan], y: [0, 0, 0, 9, 0]) == [0.5, 0.5, 0])
        #expect(modes.shares(x: [Double](), y: [Double]()) == [])
        #expect(ModeOccupancy([]).shares(x: [1], y: [1]) == [])
    }

    @Test func movesKnowWhereAChainWas() throws {
        var history = MoveHistory()
        var block = chainBlock([[1, 9], [2, 9], [2, 9]])
        block.proposingChains = 1
        block.proposals = [1, 2, 7]
        block.isAccepted = [1, 1, 0]
        history.take(block)
        #expect(history.first == 0 && history.end == 3)
        // The place before the first step is not known; a chain that stayed was where it is.
        #expect(history[0]?.proposals == [.init(old: [], proposed: [1], new: [1], isAccepted: true)])
        #expect(history[1]?.proposals == [.init(old: [1], proposed: [2], new: [2], isAccepted: true)])
        #expect(history[2]?.proposals == [.init(old: [2], proposed: [7], new: [2], isAccepted: false)])
        #expect(history[3] == nil && history[-1] == nil)
        // A block goes on where the one before ended.
        block.points = [5, 9]
        (block.proposals, block.isAccepted) = ([5], [1])
        history.take(block)
        #expect(history[3]?.proposals.first?.old == [2])
        // With states left out in between it is not known.
        block.thinning = 3
        history.take(block)
        #expect(history[4]?.proposals.first?.old == [])
    }

    @Test func oldMovesGoAndKeepTheirNumbers() {
        var history = MoveHistory()
        for value in 0..<2000 {
            var block = chainBlock([[Float(value)]])
            (block.proposingChains, block.proposals, block.isAccepted) = (1, [Float(value)], [1])
            history.take(block)
        }
        #expect(history.end == 2000 && history.first > 0 && history.end - history.first >= MoveHistory.capacity)
        #expect(history[1999]?.proposals[0].new == [1999])
        #expect(history[history.first]?.proposals[0].new == [Float(history.first)])
        #expect(history[0] == nil)
    }
}
