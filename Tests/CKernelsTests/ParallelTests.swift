// SPDX-License-Identifier: Apache-2.0
// The parallel loop: every index once, borders on units, alone when small or nested.

import CKernels
import Testing

/// What one parallel loop did: visits per index, and how its ranges began and ended.
private struct Visits {
    var counts: UnsafeMutablePointer<UInt8>
    var unit: Int
    var count: Int
    /// Ranges that begin or end inside a unit; written by several threads, but only ever to the same value.
    var misplaced = false
}

/// The body of the loops under test.
private func visit(_ context: UnsafeMutableRawPointer?, _ begin: Int, _ end: Int) {
    guard let visits = context?.assumingMemoryBound(to: Visits.self) else { return }
    if begin % visits.pointee.unit != 0 || (end % visits.pointee.unit != 0 && end != visits.pointee.count) {
        visits.pointee.misplaced = true
    }
    for index in begin..<end { visits.pointee.counts[index] += 1 }
}

/// Counts the calls of the body: one per range.
private func countRange(_ context: UnsafeMutableRawPointer?, _ begin: Int, _ end: Int) {
    context?.assumingMemoryBound(to: Int.self).pointee += 1
}

@Suite struct ParallelTests {
    @Test("every index is visited once and borders lie on units", arguments: [1, 2, 3])
    func visitsEveryIndexOnce(threads: Int32) {
        let before = elbo_thread_count()
        defer { elbo_set_thread_count(before) }
        elbo_set_thread_count(Int32(threads))
        #expect(elbo_thread_count() == threads)
        for count in [0, 1, 2, 5, 16, 17, 47, 48, 100, 1000] {
            for unit in [1, 3, 16, 64] {
                for grain in [1, 10, 10_000] {
                    let counts = UnsafeMutablePointer<UInt8>.allocate(capacity: count + 1)
                    defer { counts.deallocate() }
                    counts.initialize(repeating: 0, count: count + 1)
                    var visits = Visits(counts: counts, unit: unit, count: count)
                    elbo_parallel(count, unit, grain, &visits, visit)
                    #expect(UnsafeBufferPointer(start: counts, count: count).allSatisfy { $0 == 1 })
                    #expect(!visits.misplaced, "count \(count), unit \(unit), grain \(grain)")
                }
            }
        }
    }

    @Test("small work is one range on the calling thread, and no work is none")
    func staysAloneWhenSmall() {
        var ranges = 0
        elbo_parallel(99, 1, 50, &ranges, countRange)
        #expect(ranges == 1)
        elbo_parallel(0, 1, 1, &ranges, countRange)
        #expect(ranges == 1)
    }

    @Test("at least one thread remains, and the processor has a name")
    func namesTheMachine() {
        let before = elbo_thread_count()
        defer { elbo_set_thread_count(before) }
        elbo_set_thread_count(0)
        #expect(elbo_thread_count() == 1)
        #expect(["avx512", "avx2", "baseline"].contains(String(cString: elbo_instruction_set())))
    }
}
