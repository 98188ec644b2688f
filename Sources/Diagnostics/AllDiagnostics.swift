// SPDX-License-Identifier: Apache-2.0
// The table of convergence diagnostics: each has a name, a sentence, and a rule for what counts as trouble.

/// A convergence diagnostic of the draws of one quantity.
public struct ConvergenceDiagnostic: Sendable {
    /// The name in results, such as `rHat`.
    public let name: String
    /// What the number says, in one sentence.
    public let meaning: String
    /// Computes it.
    public let diagnose: @Sendable (ChainDraws) -> Diagnosis

    init(_ name: String, _ meaning: String, _ diagnose: @escaping @Sendable (ChainDraws) -> Diagnosis) {
        self.name = name
        self.meaning = meaning
        self.diagnose = diagnose
    }
}

/// All convergence diagnostics of one quantity; a new one is a file and a row here.
public let allDiagnostics: [ConvergenceDiagnostic] = [
    .init("rHat", "Rank-normalised split R-hat; above 1.01 the chains disagree.", rHat),
    .init("rHatSplit", "Split R-hat without ranks.", splitRHat),
    .init("essBulk", "Effective sample size of the centre of the distribution.", bulkEffectiveSampleSize),
    .init("essTail", "Effective sample size of the 5 % and 95 % quantiles, the smaller one.", tailEffectiveSampleSize),
    .init("essMean", "Effective sample size of the mean.", meanEffectiveSampleSize),
    .init("essSd", "Effective sample size of the standard deviation.", standardDeviationEffectiveSampleSize),
    .init("essMedian", "Effective sample size of the median.", medianEffectiveSampleSize),
    .init("mcseMean", "Monte Carlo standard error of the mean.", meanStandardError),
    .init("mcseSd", "Monte Carlo standard error of the standard deviation.", standardDeviationStandardError),
    .init("mcseMedian", "Monte Carlo standard error of the median.", medianStandardError),
    .init("mcseQ5", "Monte Carlo standard error of the 5 % quantile.") { quantileStandardError($0, 0.05) },
    .init("mcseQ95", "Monte Carlo standard error of the 95 % quantile.") { quantileStandardError($0, 0.95) },
    .init("acfLag1", "Autocorrelation of neighbouring draws.", neighbourAutocorrelation),
    .init("iact", "Integrated autocorrelation time: draws per independent draw.", integratedAutocorrelationTime),
    .init("esjd", "Expected squared jump distance.", expectedSquaredJumpDistance),
    .init("batchMeansEfficiency", "Effective sample size per draw by batch means.", batchMeansEfficiency),
]
