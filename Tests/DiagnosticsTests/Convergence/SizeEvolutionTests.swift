// SPDX-License-Identifier: Apache-2.0
// Effective sizes of growing parts: those of just these draws.

import Testing

@testable import Diagnostics

@Suite("Evolution of effective sizes") struct SizeEvolutionTests {
    @Test func everyPartIsLookedAtForItself() {
        let chains = autoregressiveChains(3, 200, coefficient: 0.6, seed: 3)
        let sizes = effectiveSampleSizeEvolution(ChainDraws(chains), parts: 20)
        #expect(sizes.map(\.drawCount) == (1...20).map { $0 * 10 })
        for size in sizes {
            let part = ChainDraws(chains.map { Array($0.prefix(size.drawCount)) })
            #expect(size.bulk == bulkEffectiveSampleSize(part) && size.tail == tailEffectiveSampleSize(part))
        }
        // Ten draws have no halves to look at.
        #expect(sizes[0].bulk.value == nil && sizes[1].bulk.value != nil)
    }

    @Test func fewDrawsHaveFewerParts() {
        let sizes = effectiveSampleSizeEvolution(ChainDraws([[1, 2, 3]]), parts: 20)
        #expect(sizes.map(\.drawCount) == [1, 2, 3] && sizes.allSatisfy { $0.bulk.value == nil })
        #expect(effectiveSampleSizeEvolution(ChainDraws([[Double]]()), parts: 3).isEmpty)
    }
}
