// SPDX-License-Identifier: Apache-2.0
// From real to whole numbers without traps, whatever a damaged file says.

extension Int {
    /// The whole number nearest to zero of `value`, at most 2^53 in size; 0 for NaN.
    ///
    /// Beyond 2^53 doubles have gaps, so that larger steps cannot be told apart anyway.
    init(saturating value: Double) {
        let limit = 9_007_199_254_740_992.0
        self = value.isNaN ? 0 : Int(Swift.min(limit, Swift.max(-limit, value)))
    }
}
