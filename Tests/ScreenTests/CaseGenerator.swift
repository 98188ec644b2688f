// SPDX-License-Identifier: Apache-2.0
// Random cases that are the same in every run.

/// A small generator, so that the cases are the same in every run.
struct CaseGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0x9E37_79B9_7F4A_7C15
    }
}
