// SPDX-License-Identifier: Apache-2.0
// Batch normalization with the batch's own statistics (training) or with given ones (evaluation, sampling).

import CDNNL

/// Where batch normalization takes mean and variance from.
public enum NormalizationStatistics {
    /// From the batch itself; the variance is the mean of squared deviations (divided by the count, not one less).
    case batch
    /// Given per channel, shape `[C]`; gradients flow into them.
    case given(mean: Tensor, variance: Tensor)
}

/// `scale · (x - mean) / √(variance + epsilon) + shift` per channel, then `max(·, 0)` if asked.
///
/// Shapes: `x` `[N, C]` or `[N, C, H, W]`, all others `[C]`. 32-bit.
/// - Returns: the result, and the statistics that were used, which carry no gradient.
public func batchNormalization(
    _ x: Tensor, scale: Tensor, shift: Tensor, statistics: NormalizationStatistics, epsilon: Double = 1e-5,
    relu: Bool = false
) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    check(
        (x.rank == 2 || x.rank == 4) && x.dataType == .float32 && scale.shape == [x.shape[1]]
            && shift.shape == scale.shape, "batchNormalization", "[N, C] or [N, C, H, W], scale and shift [C]",
        "\(x.shape), \(scale.shape), \(shift.shape)")
    switch statistics {
    case .batch:
        return normalizedByBatch(x, scale, shift, Float(epsilon), relu)
    case .given(let mean, let variance):
        check(
            mean.shape == scale.shape && variance.shape == scale.shape, "batchNormalization", "statistics [C]",
            "\(mean.shape), \(variance.shape)")
        if willRecord(x, scale, shift) || willRecord(mean, variance) {
            // One factor and one offset per channel: composed of operations that are differentiable any number of times.
            let factor = scale * (variance + epsilon).inverseSquareRoot()
            let output = x.scaleChannels(by: factor).addingChannels(shift - mean * factor)
            return (relu ? output.relu() : output, mean.detached(), variance.detached())
        }
        let maps = NormalizedMaps(x)
        let plan = BatchNormalizationPlan.of(
            maps.layout, epsilon: Float(epsilon), relu: relu, usesGivenStatistics: true)
        let output = maps.makeResult()
        let (scale, shift) = (scale.plain, shift.plain)
        let (mean, variance) = (mean.plain, variance.plain)
        plan.forward.bind(2, mean.storage)
        plan.forward.bind(3, variance.storage)
        plan.forward.bind(4, scale.storage)
        plan.forward.bind(5, shift.storage)
        plan.forward.run(maps.storage, output)
        return (Tensor(output, x.shape), mean.detached(), variance.detached())
    }
}

private func normalizedByBatch(
    _ x: Tensor, _ scale: Tensor, _ shift: Tensor, _ epsilon: Float, _ relu: Bool
) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    let maps = NormalizedMaps(x)
    let plan = BatchNormalizationPlan.of(maps.layout, epsilon: epsilon, relu: relu, usesGivenStatistics: false)
    let output = Tensor(maps.makeResult(), x.shape)
    let (mean, variance) = (Tensor(uninitialized: scale.shape), Tensor(uninitialized: scale.shape))
    let (factors, offsets) = (scale.plain, shift.plain)
    let workspace = plan.workspaceBytes > 0 ? Storage(count: (plan.workspaceBytes + 3) / 4, dataType: .float32) : nil
    plan.forward.bind(2, mean.storage)
    plan.forward.bind(3, variance.storage)
    plan.forward.bind(4, factors.storage)
    plan.forward.bind(5, offsets.storage)
    if let workspace { plan.forward.bind(6, workspace) }
    plan.forward.run(maps.storage, output.storage)

    let source = Tensor(maps.storage, x.shape, node: x.node)
    let recorded = record(output, x, scale, shift) { gradient, inputs in
        if inputs.isRecording {
            let gradient = relu ? gradient.keptWhere(positive: output) : gradient
            return composedBackward(gradient, source, scale, epsilon, inputs)
        }
        let result = maps.makeResult()
        let (scaleGradient, shiftGradient) = (Tensor(uninitialized: scale.shape), Tensor(uninitialized: scale.shape))
        let arranged = maps.follow(gradient.storage)
        let backward = plan.backward()
        backward.bind(3, mean.storage)
        backward.bind(4, variance.storage)
        backward.bind(5, factors.storage)
        backward.bind(6, scaleGradient.storage)
        backward.bind(7, shiftGradient.storage)
        if let workspace { backward.bind(8, workspace) }
        if ELBO_DNNL_MAJOR < 3 { backward.bind(workspace == nil ? 8 : 9, offsets.storage) }
        backward.run(maps.current, arranged, result)
        inputs.add(0, Tensor(result, source.shape))
        inputs.add(1, scaleGradient)
        inputs.add(2, shiftGradient)
    }
    return (recorded, mean, variance)
}

/// The gradients in recorded operations, for second derivatives; the statistics are computed anew from `x`.
private func composedBackward(
    _ gradient: Tensor, _ x: Tensor, _ scale: Tensor, _ epsilon: Float, _ inputs: InputGradients
) {
    let each = Double(x.shape[1]) / Double(x.count)
    let centred = x.addingChannels(-(channelSums(x) * each))
    let variance = channelProducts(centred, centred, perSample: false) * each
    let inverse = (variance + Double(epsilon)).inverseSquareRoot()
    let normalized = centred.scaleChannels(by: inverse)
    let alongScale = channelProducts(gradient, normalized, perSample: false)
    let alongShift = channelSums(gradient)
    inputs.add(
        0,
        (gradient - normalized.scaleChannels(by: alongScale * each)).addingChannels(-(alongShift * each))
            .scaleChannels(by: scale * inverse))
    inputs.add(1, alongScale)
    inputs.add(2, alongShift)
}

extension Tensor {
    /// `1 / √x`, composed so that it is differentiable any number of times.
    fileprivate func inverseSquareRoot() -> Tensor { (log() * -0.5).exp() }
}

/// The memory of the maps with a layout that oneDNN normalizes: matrices are maps of one position, channels innermost.
private struct NormalizedMaps {
    let storage: Storage
    let layout: Layout
    private let isMatrix: Bool

    init(_ x: Tensor) {
        isMatrix = x.rank == 2
        if isMatrix {
            storage = x.storage.plain()
            layout = .tagged([x.shape[0], x.shape[1], 1, 1], dnnl_nhwc)
        } else if let known = x.storage.layout, known.dims == x.shape {
            storage = x.storage
            layout = known
        } else {
            storage = x.storage.plain()
            layout = .plain(x.shape)
        }
    }

    /// A gradient in the layout of the maps.
    func follow(_ gradient: Storage) -> Storage { isMatrix ? gradient.plain() : gradient.arranged(in: layout) }

    /// The memory in the layout of the maps, also if it has been moved in the meantime.
    var current: Storage { isMatrix ? storage.plain() : storage.arranged(in: layout) }

    /// Undefined contents in the layout of the maps.
    func makeResult() -> Storage {
        isMatrix ? Storage(count: storage.count, dataType: .float32) : Storage(layout: layout)
    }
}
