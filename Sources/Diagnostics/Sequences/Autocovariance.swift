// SPDX-License-Identifier: Apache-2.0
// Sums of lagged products, over all sequences together, in O(n log n).

extension ChainMatrix {
    /// `sum_c sum_t (x_ct - m_c) (x_c(t+s) - m_c)` for the lags `s` from 0 on.
    ///
    /// By Fourier transform of the sequences padded with zeros. Two sequences share a transform, one as the real and
    /// one as the imaginary part, and all share the transform back: the lagged products of `x + i y` have as real part
    /// the sum of those of `x` and `y`, and spectra add up.
    ///
    /// - Parameters:
    ///   - centres: `m_c`, what is subtracted from sequence c.
    ///   - lags: how many lags are needed, at most `length`.
    /// - Returns: one sum per lag; as many as the padding gives for nothing, at least `lags`, at most `length`.
    /// - Complexity: O(C n log n), whatever `lags` is; a smaller number of lags needs less padding.
    func laggedProducts(centres: [Double], atLeast lags: Int) -> [Double] {
        guard centres.count == count, lags <= length else {
            fatalError("laggedProducts: \(centres.count) centres of \(count) sequences, \(lags) lags of \(length)")
        }
        guard count > 0, lags > 0 else { return [Double](repeating: 0, count: lags) }
        var size = 1
        // With fewer zeros the end of a sequence would meet its own beginning at the larger lags.
        while size < length + lags - 1 { size *= 2 }
        let plan = FourierPlan.plan(size: size)
        var real = [Double](repeating: 0, count: size)
        var imaginary = real
        var power = real
        for sequence in stride(from: 0, to: count, by: 2) {
            fill(&real, sequence, centres)
            fill(&imaginary, sequence + 1, centres)
            plan.scramble(&real, &imaginary)
            for k in power.indices { power[k] += real[k] * real[k] + imaginary[k] * imaginary[k] }
        }
        for k in imaginary.indices { imaginary[k] = 0 }
        plan.unscramble(&power, &imaginary)
        return power.prefix(min(length, size - length + 1)).map { $0 / Double(size) }
    }

    /// A centred sequence followed by zeros; only zeros for a sequence that is not there.
    private func fill(_ buffer: inout [Double], _ sequence: Int, _ centres: [Double]) {
        let used = sequence < count ? length : 0
        if used > 0 {
            let centre = centres[sequence]
            for t in 0..<used { buffer[t] = values[sequence * length + t] - centre }
        }
        for t in used..<buffer.count { buffer[t] = 0 }
    }
}
