// SPDX-License-Identifier: Apache-2.0
// Mixtures of normal distributions of the plane as the kernel reads them.

import CKernels
import RealModule

/// The components of a mixture in the plane, scaled for the kernel of CKernels.
struct PlaneMixture: Sendable, Equatable {
    private var numbers: [Double] = []
    private let isDiagonal: Bool
    private var isTame = true
    /// m_0, m_1, L_00, L_10, L_11 of every component.
    private var factors: [Double] = []

    /// A mixture without components; `isDiagonal` says that none will have a slope.
    init(isDiagonal: Bool) { self.isDiagonal = isDiagonal }

    /// Adds a normal distribution with mean m and the factor `[[L_00, 0], [L_10, L_11]]`, times `exp(constant)`:
    /// `constant - |L^-1 (x - m)|^2 / 2`, a log density in nats.
    mutating func append(mean: (Double, Double), factor: (Double, Double, Double), constant: Double) {
        let (l00, l10, l11) = factor
        factors += [mean.0, mean.1, l00, l10, l11]
        // The kernel takes powers of two of negative squares.
        let logOfE = 1.442_695_040_888_963_4
        let root = (0.5 * logOfE).squareRoot()
        numbers += [mean.0, mean.1, root / l00, -root * l10 / (l00 * l11), root / l11, constant * logOfE]
        // The largest double is 2^1024, and there may be many components.
        if !(constant * logOfE <= 900) { isTame = false }
    }

    /// Makes draws of standard normal numbers, `[count, 2]`, in place: each of the component that its uniform number chooses.
    ///
    /// - Parameter cumulative: the sums of the weights, K of them; the last is not read.
    func draw(
        _ points: UnsafeMutableBufferPointer<Double>, choosingBy uniforms: UnsafeMutableBufferPointer<Double>,
        _ cumulative: [Double]
    ) {
        elbo_plane_mixture_draws(
            factors.count / 5, factors, cumulative, uniforms.baseAddress, points.baseAddress, uniforms.count)
    }

    /// Writes the log density of every point; `points` is `[count, 2]`.
    func logDensity(_ points: UnsafeBufferPointer<Double>, into values: UnsafeMutableBufferPointer<Double>) {
        numbers.withUnsafeBufferPointer { numbers in
            var mixture = elbo_plane_mixture(
                count: numbers.count / 6, components: numbers.baseAddress, is_diagonal: isDiagonal, is_tame: isTame)
            elbo_plane_mixture_log_density(&mixture, points.baseAddress, values.baseAddress, values.count)
        }
    }
}
