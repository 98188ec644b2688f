// SPDX-License-Identifier: Apache-2.0
// One step of the Adam optimizer on parameters in whatever layout they lie.

import CKernels

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
    /// Strength with which parameters are drawn to 0.
    public var weightDecay: Double
    /// Whether the decay acts on the parameters directly (AdamW) instead of through the gradient.
    public var decaysDirectly: Bool

    /// The given constants.
    public init(
        learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        weightDecay: Double = 0, decaysDirectly: Bool = false
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.decaysDirectly = decaysDirectly
    }
}

/// Updates parameters and moments in place, [KB15] algorithm 1, all of them in one parallel region.
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
        "adamUpdate", "\(parameters.count) gradients and moments, step from 1",
        "\(gradients.count), \(firstMoments.count), \(secondMoments.count), step \(step)")
    var settings = elbo_adam_settings(
        learning_rate: constants.learningRate, beta1: constants.beta1, beta2: constants.beta2,
        epsilon: constants.epsilon, weight_decay: constants.weightDecay, decoupled: constants.decaysDirectly,
        step: UInt64(step))
    let update = ParameterUpdate(parameters, gradients, firstMoments, secondMoments)
    update.run(
        single: { elbo_adam_f32($0, $1, &settings) }, double: { elbo_adam_f64($0, $1, &settings) })
}

/// Parameters with their gradients and the optimizer's state, brought into the layout of the parameters.
struct ParameterUpdate {
    private let parameters: [Tensor]
    private let aligned: [Storage]
    private let first: [Tensor]
    private let second: [Tensor]

    init(_ parameters: [Tensor], _ gradients: [Tensor], _ first: [Tensor], _ second: [Tensor]) {
        self.parameters = parameters
        self.first = first
        self.second = second
        aligned = parameters.indices.map { index in
            let (parameter, gradient) = (parameters[index], gradients[index])
            check(
                gradient.shape == parameter.shape && first[index].shape == parameter.shape
                    && second[index].shape == parameter.shape && gradient.dataType == parameter.dataType
                    && first[index].dataType == parameter.dataType && second[index].dataType == parameter.dataType,
                "optimizer", "gradient and state of shape \(parameter.shape), \(parameter.dataType)",
                "\(gradient.shape), \(gradient.dataType)")
            first[index].storage.follow(parameter.storage)
            second[index].storage.follow(parameter.storage)
            return gradient.storage.following(parameter.storage)
        }
    }

    /// Hands the parameters of each type to its kernel.
    func run(
        single: (UnsafePointer<elbo_parameter_f32>, Int) -> Void,
        double: (UnsafePointer<elbo_parameter_f64>, Int) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: elbo_parameter_f32.self, capacity: parameters.count) { entries in
            var count = 0
            for index in parameters.indices where parameters[index].dataType == .float32 {
                let storage = parameters[index].storage
                entries[count] = elbo_parameter_f32(
                    weights: storage.elements(), gradient: aligned[index].elements(),
                    first: first[index].storage.elements(), second: second[index].storage.elements(),
                    count: storage.physicalCount)
                count += 1
            }
            if count > 0 { single(entries.baseAddress!, count) }
        }
        withUnsafeTemporaryAllocation(of: elbo_parameter_f64.self, capacity: parameters.count) { entries in
            var count = 0
            for index in parameters.indices where parameters[index].dataType == .float64 {
                let storage = parameters[index].storage
                entries[count] = elbo_parameter_f64(
                    weights: storage.elements(), gradient: aligned[index].elements(),
                    first: first[index].storage.elements(), second: second[index].storage.elements(),
                    count: storage.count)
                count += 1
            }
            if count > 0 { double(entries.baseAddress!, count) }
        }
        for parameter in parameters { parameter.storage.contentsChanged() }
    }
}

extension Storage {
    /// Moves this storage to the layout of a parameter; for what goes along with a parameter this happens once, after the
    /// first step.
    func follow(_ parameter: Storage) {
        if layout !== parameter.layout { adopt(following(parameter)) }
    }
}
