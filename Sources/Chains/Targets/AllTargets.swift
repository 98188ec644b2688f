// SPDX-License-Identifier: Apache-2.0
// The table of built-in targets of the plane: each has a name, a sentence, and what is known exactly of it.

import RealModule

/// A built-in density of the plane, with what is known of it.
public struct PlaneTarget: Sendable {
    /// The name in session files and results, such as `mog6`.
    public let name: String
    /// What it tests, in one sentence.
    public let meaning: String
    /// The density.
    public let density: any LogDensity & Sendable
    /// The part of the first axis to draw.
    public let horizontal: ClosedRange<Double>
    /// The part of the second axis to draw.
    public let vertical: ClosedRange<Double>
    /// The logarithm of the integral of the density, in nats.
    public let logNormalizer: Double
    /// The exact means of the two coordinates.
    public let mean: [Double]
    /// The exact standard deviations of the two coordinates.
    public let standardDeviation: [Double]
    /// Where the separate modes are, `[K, 2]`; empty for connected targets.
    public let modes: [Double]

    init(
        _ name: String, _ meaning: String, _ density: any LogDensity & Sendable, _ horizontal: ClosedRange<Double>,
        _ vertical: ClosedRange<Double>, logNormalizer: Double, mean: [Double] = [0, 0], standardDeviation: [Double],
        modes: [Double] = []
    ) {
        self.name = name
        self.meaning = meaning
        self.density = density
        self.horizontal = horizontal
        self.vertical = vertical
        self.logNormalizer = logNormalizer
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.modes = modes
    }

    /// 2.
    public var dimension: Int { density.dimension }
}

/// All built-in targets of the plane; a new one is a file and a row here.
///
/// Normalisers and moments of the first four are those of [SZE17] where they are right, recomputed with 12 digits; the
/// ring's is `2 pi (0.08 exp(-25) + 0.4 sqrt(pi) (1 + erf 5))`.
public let allTargets: [PlaneTarget] = [
    .init(
        "ring", "A ring of radius 2.", Rings.ring, -4...4, -4...4, logNormalizer: .log(8.909_324_794_931),
        standardDeviation: [1.456_022_0, 1.456_022_0]),
    .init(
        "ring5", "Five concentric rings: modes without a path between them.", Rings.ring5, -6...6, -6...6,
        logNormalizer: .log(33.399_090_978), standardDeviation: [2.744_153, 2.744_153]),
    .init(
        "mog2", "Two hills ten units apart.", IsotropicMixture.mog2, -8...8, -8...8,
        logNormalizer: 0.5 * .log(.pi / 2), standardDeviation: [.sqrt(25.25), 0.5],
        modes: IsotropicMixture.mog2.centres),
    .init(
        "mog6", "Six hills on a circle of radius 5.", IsotropicMixture.mog6, -8...8, -8...8,
        logNormalizer: 0.5 * .log(.pi / 2), standardDeviation: [.sqrt(12.75), .sqrt(12.75)],
        modes: IsotropicMixture.mog6.centres),
    .init(
        "banana", "A normal distribution bent along a parabola.", Banana(), -7...7, -18...6,
        logNormalizer: .log(4 * .pi), standardDeviation: [2, 3]),
    .init(
        "funnel", "Neal's funnel: the first coordinate is the log variance of the second.", Funnel(), -9...9, -20...20,
        logNormalizer: .log(6 * .pi), standardDeviation: [3, .exp(2.25)]),
    .init(
        "gaussian", "A normal distribution with correlation 0.8: the case that every sampler must get right.",
        FullGaussian(mean: [0, 0], lowerFactor: [1, 0, 0.8, 0.6]), -4...4, -4...4, logNormalizer: 0,
        standardDeviation: [1, 1]),
]
