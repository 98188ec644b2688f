// SPDX-License-Identifier: Apache-2.0
// The effective sample size that A-NICE-MC reports on targets whose moments are known.

/// Effective sample size per chain with known moments, [SZE17]: `T / (1 + 2 sum_s rho_s (1 - s/T))`, where `rho_s` is
/// the mean over chains and `T - s` pairs of `(x_t - mean)(x_t+s - mean) / variance`.
///
/// Lags with `rho_s <= cutoff` are left out, for each quantity on its own; the sum ends at the first lag that is left
/// out for all quantities. A chain that missed a mode is punished, since it is compared with the truth and not with
/// itself; negative autocorrelations never help. The minimum over the quantities is what the published tables hold.
///
/// - Parameters:
///   - draws: D quantities of M chains of T draws.
///   - means: the true means, D of them.
///   - variances: the true variances, D of them, positive.
///   - cutoff: autocorrelations up to this count as noise; 0.05 in the published code.
/// - Returns: one answer per quantity, at most T.
/// - Undefined cases: no draws, a draw that is not finite (of that quantity; the others go on without it), fewer than
///   two draws. Constant draws have a value: with known moments it is clear that they are stuck.
/// - Complexity: O(D M T log T).
public func knownMomentsEffectiveSampleSizes(
    _ draws: Draws, means: [Double], variances: [Double], cutoff: Double = 0.05
) -> [Diagnosis] {
    let dimension = draws.names.count
    guard means.count == dimension, variances.count == dimension else {
        fatalError("\(means.count) means and \(variances.count) variances of \(dimension) quantities")
    }
    let (length, chains) = (draws.drawCount, draws.chainCount)
    guard chains > 0, length > 0 else { return means.map { _ in .undefined(.empty) } }
    guard length > 1 else { return means.map { _ in .undefined(.tooFew(needed: 2)) } }
    let size = chains * length
    let matrices = (0..<dimension).map {
        ChainMatrix(Array(draws.values[$0 * size..<($0 + 1) * size]), count: chains, length: length)
    }
    let usable = matrices.indices.filter { matrices[$0].problem == nil || matrices[$0].problem == .constant }
    var times = [Double](repeating: 1, count: dimension)
    // Chains that mix need few lags, and few lags need half the padding.
    for lags in [min(length / 4 + 2, length), length] {
        let products = usable.map { index in
            matrices[index].laggedProducts(
                centres: [Double](repeating: means[index], count: chains), atLeast: lags)
        }
        let known = products.first?.count ?? length
        times = [Double](repeating: 1, count: dimension)
        var lag = 1
        var isNoise = usable.isEmpty
        while lag < known, !isNoise {
            isNoise = true
            for (index, products) in zip(usable, products) {
                let correlation = products[lag] / Double(chains * (length - lag)) / variances[index]
                if correlation > cutoff {
                    times[index] += 2 * correlation * (1 - Double(lag) / Double(length))
                    isNoise = false
                }
            }
            lag += 1
        }
        if isNoise || known == length { break }
    }
    return matrices.indices.map { index in
        usable.contains(index)
            ? Diagnosis(finite: Double(length) / times[index]) : .undefined(matrices[index].problem ?? .empty)
    }
}
