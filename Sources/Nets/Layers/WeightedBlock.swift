// SPDX-License-Identifier: Apache-2.0
// The part that convolution and dense layers share: weight, bias, batch normalization, activation, gate.

import TensorCore

/// A weight with what follows it, in the order weight → bias → batch normalization → activation.
final class WeightedBlock {
    let weight: Parameter
    let bias: Parameter?
    let normalization: BatchNormalizationLayer?
    let activation: Activation
    /// Weights for predictions, see `foldedParameters`.
    private var folded: FoldedParameters?

    init(name: String, weightShape: Shape, normalized: Bool, activation: Activation, initializer: NetworkInitializer) {
        weight = Parameter("\(name).weight", initializer.weight("\(name).weight", weightShape))
        // A bias in front of a batch normalization would be subtracted again.
        bias = normalized ? nil : Parameter("\(name).bias", Tensor.zeros([weightShape[0]]))
        normalization = normalized ? BatchNormalizationLayer(name: "\(name).bn", channels: weightShape[0]) : nil
        self.activation = activation
    }

    var parameters: [Parameter] {
        [weight] + (bias.map { [$0] } ?? []) + (normalization?.parameters ?? [])
    }

    var statistics: [TrackedStatistic] { normalization?.statistics ?? [] }

    /// A convolution or product of an input with a weight, plus a bias, then an activation that can be fused.
    typealias LinearMap = (_ input: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation) -> Tensor

    /// Runs the block around `linearMap`.
    ///
    /// - Parameter gate: one `[C]` gate for the whole batch costs next to nothing: it is folded into the scale and shift
    ///   of a batch normalization, `theta (gamma x + beta) = (theta gamma) x + theta beta`, or into the few weights of a
    ///   convolution. Exact, because gates are not negative and the rectifier and `max` commute with such scales. The
    ///   many weights of a dense layer are left alone: its outputs are fewer.
    /// - Returns: the output and whether the gate has been applied.
    func run(
        _ input: Tensor, _ pass: ForwardPass, gate: Tensor?, linearMap: LinearMap
    ) -> (output: Tensor, gateApplied: Bool) {
        let statistics = normalization.flatMap { pass.statistics?.sources[$0.name] }
        let isPrediction = pass.normalization == .running && !isRecordingGradients
        // A copy of the weights that the next training step makes worthless.
        if !isPrediction { folded = nil }
        if isPrediction, gate == nil, pass.weightNoise == nil, statistics == nil, let normalization {
            let parameters = foldedParameters(normalization)
            return (linearMap(input, parameters.weight, parameters.bias, activation), false)
        }
        let foldable = gate.flatMap { $0.rank == 1 && activation != .tanh ? $0 : nil }
        guard let normalization else {
            let noise = pass.weightNoise.flatMap { $0.layers[weight.name] }
            guard let foldable, noise == nil, weight.value.rank == 4 else {
                return (weighted(input, pass, activation, linearMap), false)
            }
            let folded = weight.value * foldable.reshape([foldable.count, 1, 1, 1])
            return (linearMap(input, folded, bias.map { $0.value * foldable }, activation), true)
        }
        let maps = weighted(input, pass, .none, linearMap)
        let normalized =
            if let statistics {
                normalization.run(
                    maps, statistics, observe: pass.statistics?.observe, gate: foldable,
                    rectified: activation == .relu)
            } else {
                normalization.run(maps, pass, gate: foldable, rectified: activation == .relu)
            }
        return (activation == .tanh ? normalized.tanh() : normalized, foldable != nil)
    }

    /// The map with the weight's value, or a draw of its output when the weight is random.
    private func weighted(
        _ input: Tensor, _ pass: ForwardPass, _ activation: Activation, _ linearMap: LinearMap
    ) -> Tensor {
        guard let noise = pass.weightNoise, let layer = noise.layers[weight.name] else {
            return linearMap(input, weight.value, bias?.value, activation)
        }
        return noise.outputs(
            mean: linearMap(input, layer.mean, bias?.value, .none),
            variance: linearMap(input.square(), layer.variance, nil, .none), activation: activation)
    }

    private struct FoldedParameters {
        let stamp: ContentStamp
        let weight: Tensor
        let bias: Tensor
    }

    /// Weight and bias with a batch normalization at rest folded in, kept until one of the tensors changes.
    ///
    /// `gamma (w x - mean) / sqrt(variance + epsilon) + beta` is the linear map with weight `k w` and bias `beta - k mean`,
    /// `k = gamma / sqrt(variance + epsilon)`. What is saved is a pass over the maps, which in a narrow network costs as much
    /// as in a wide one wherever its layers are as wide.
    private func foldedParameters(_ normalization: BatchNormalizationLayer) -> FoldedParameters {
        let (mean, variance) = (normalization.runningMean.value, normalization.runningVariance.value)
        let sources = [weight.value, normalization.scale.value, normalization.shift.value, mean, variance]
        if let folded, folded.stamp.isCurrent(sources) { return folded }
        let factor = normalization.scale.value / (variance + normalization.epsilon).sqrt()
        let perUnit = Shape([factor.count] + Array(repeating: 1, count: weight.value.rank - 1))
        let made = FoldedParameters(
            stamp: ContentStamp(sources), weight: weight.value * factor.reshape(perUnit),
            bias: normalization.shift.value - mean * factor)
        folded = made
        return made
    }
}

/// Batch normalization with running statistics.
///
/// `y = gamma (x - mean) / sqrt(variance + epsilon) + beta` per channel; running statistics follow
/// `r <- (1 - momentum) r + momentum s`, with the unbiased variance, as PyTorch keeps them.
final class BatchNormalizationLayer {
    let scale: Parameter
    let shift: Parameter
    let runningMean: TrackedStatistic
    let runningVariance: TrackedStatistic
    let epsilon = 1e-5
    let momentum = 0.1

    /// Such as `conv1.bn`.
    let name: String

    init(name: String, channels: Int) {
        self.name = name
        scale = Parameter("\(name).weight", Tensor.full([channels], 1))
        shift = Parameter("\(name).bias", Tensor.zeros([channels]))
        runningMean = TrackedStatistic("\(name).running_mean", Tensor.zeros([channels]))
        runningVariance = TrackedStatistic("\(name).running_var", Tensor.full([channels], 1))
    }

    var parameters: [Parameter] { [scale, shift] }
    var statistics: [TrackedStatistic] { [runningMean, runningVariance] }

    /// With statistics of another origin; the running ones stay.
    func run(
        _ x: Tensor, _ source: LayerStatistics.Source, observe: ((LayerStatistics.Observation) -> Void)?, gate: Tensor?,
        rectified: Bool
    ) -> Tensor {
        var (gamma, beta) = (scale.value, shift.value)
        if let gate { (gamma, beta) = (gamma * gate, beta * gate) }
        switch source {
        case .batch:
            let result = batchNormalization(
                x, scale: gamma, shift: beta, statistics: .batch, epsilon: epsilon, relu: rectified)
            observe?(
                LayerStatistics.Observation(
                    name: name, mean: result.mean.detached(), variance: result.variance.detached()))
            return result.output
        case .given(let mean, let variance):
            let factors = gamma / (variance + epsilon).sqrt()
            return x.affineChannels(factors: factors, offsets: beta - mean * factors, relu: rectified)
        }
    }

    func run(_ x: Tensor, _ pass: ForwardPass, gate: Tensor?, rectified: Bool) -> Tensor {
        var (gamma, beta) = (scale.value, shift.value)
        if let gate { (gamma, beta) = (gamma * gate, beta * gate) }
        switch pass.normalization {
        case .running:
            return batchNormalization(
                x, scale: gamma, shift: beta,
                statistics: .given(mean: runningMean.value, variance: runningVariance.value),
                epsilon: epsilon, relu: rectified
            ).output
        case .batch:
            let result = batchNormalization(
                x, scale: gamma, shift: beta, statistics: .batch, epsilon: epsilon, relu: rectified)
            let count = Double(x.shape.count / x.shape[1])
            withoutGradients {
                let unbiased = result.variance.detached() * (count / max(count - 1, 1))
                runningMean.value = runningMean.value * (1 - momentum) + result.mean.detached() * momentum
                runningVariance.value = runningVariance.value * (1 - momentum) + unbiased * momentum
            }
            return result.output
        }
    }
}
