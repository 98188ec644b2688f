// SPDX-License-Identifier: Apache-2.0
// One step of the Adam optimizer on parameters in whatever layout they lie.

import Glibc

/// The constants of Adam ([KB15], algorithm 1), with PyTorch's defaults.
public struct AdamConstants: Hashable, Sendable {
    /// Step size.
    public var learningRate: Double
    /// Decay of the mean of gradients, in [0, 1).
    public var beta1: Double
    /// Decay of the mean of squared gradients, in [0, 1).
    public var beta2: Double
    /// Added to the root of the mean of squares.
    public var epsilon: Double

    /// The given constants.
    public init(learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }
}

/// Updates parameters and moments in place, [KB15] algorithm 1.
///
/// `m = β₁ m + (1-β₁) g`, `v = β₂ v + (1-β₂) g²`, `w = w - lr · m/(1-β₁ᵗ) / (√(v/(1-β₂ᵗ)) + ε)`.
///
/// The moments take on the layout of their parameter. Gradients in another layout are moved.
/// - Parameter step: t, counted from 1.
/// - Precondition: lists of one length, equal shapes and types at each index.
public func adamUpdate(
    parameters: [Tensor], gradients: [Tensor], firstMoments: [Tensor], secondMoments: [Tensor], step: Int,
    constants: AdamConstants
) {
    check(
        gradients.count == parameters.count && firstMoments.count == parameters.count
            && secondMoments.count == parameters.count && step >= 1,
        "adamUpdate", "\(parameters.count) gradients and moments", "\(gradients.count), \(firstMoments.count)")
    for index in parameters.indices {
        let (w, m, v) = (parameters[index].storage, firstMoments[index].storage, secondMoments[index].storage)
        check(
            gradients[index].shape == parameters[index].shape && m.count == w.count && v.count == w.count, "adamUpdate",
            "\(parameters[index].shape)", "\(gradients[index].shape)")
        let g = w.layout.map { gradients[index].storage.arranged(in: $0) } ?? gradients[index].storage.plain()
        follow(m, w)
        follow(v, w)
        switch w.dataType {
        case .float32: adam(Float.self, w, g, m, v, step, constants)
        case .float64: adam(Double.self, w, g, m, v, step, constants)
        }
        w.contentsChanged()
    }
}

/// Moves the moments to the layout of their parameter; this happens once, after the first forward pass.
private func follow(_ moment: Storage, _ parameter: Storage) {
    if moment.layout === parameter.layout { return }
    moment.adopt(parameter.layout.map { moment.arranged(in: $0) } ?? moment.plain())
}

private func adam<T: TensorScalar>(
    _: T.Type, _ parameter: Storage, _ gradient: Storage, _ first: Storage, _ second: Storage, _ step: Int,
    _ constants: AdamConstants
) {
    let (w, g) = (parameter.elements(T.self), gradient.elements(T.self))
    let (m, v) = (first.elements(T.self), second.elements(T.self))
    let (beta1, beta2) = (T(constants.beta1), T(constants.beta2))
    // Both bias corrections folded into the step size and epsilon.
    let rootCorrection = (1 - Glibc.pow(constants.beta2, Double(step))).squareRoot()
    let rate = T(constants.learningRate * rootCorrection / (1 - Glibc.pow(constants.beta1, Double(step))))
    let epsilon = T(constants.epsilon * rootCorrection)
    for index in 0..<parameter.physicalCount {
        let slope = g[index]
        m[index] = beta1 * m[index] + (1 - beta1) * slope
        v[index] = beta2 * v[index] + (1 - beta2) * slope * slope
        w[index] -= rate * m[index] / (v[index].squareRoot() + epsilon)
    }
}
