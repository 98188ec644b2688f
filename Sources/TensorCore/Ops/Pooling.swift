// SPDX-License-Identifier: Apache-2.0
// Maxima and means over windows of maps.

/// The maximum over windows of `window` by `window`.
///
/// Shapes: `x` `[N, C, H, W]`; the result is `[N, C, (H + 2·padding - window)/stride + 1, …]`, rounded down. The gradient
/// goes to the first maximum of each window. The first derivative only. 32-bit.
/// - Parameter stride: distance of windows; the window's size when nil.
public func maxPool(_ x: Tensor, window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    let (plan, source) = poolingPlan("maxPool", x, window, stride ?? window, padding, isMaximum: true)
    let output = Tensor(Storage(layout: plan.destination), plan.key.output)
    let workspace = plan.workspaceBytes > 0 ? Storage(count: (plan.workspaceBytes + 3) / 4, dataType: .float32) : nil
    if let workspace { plan.forward.bind(2, workspace) }
    plan.forward.run(source, output.storage)
    let shape = x.shape
    return record(output, x) { gradient, inputs in
        check(!inputs.isRecording, "maxPool", "a first derivative", "a differentiable gradient")
        guard inputs.wants(0) else { return }
        let result = Storage(layout: plan.source)
        let backward = plan.backward()
        if let workspace { backward.bind(2, workspace) }
        backward.run(gradient.storage.arranged(in: plan.destination), result)
        inputs.add(0, Tensor(result, shape))
    }
}

/// The mean over windows of `window` by `window`; zeros of the padding count.
///
/// Shapes: `x` `[N, C, H, W]`; the result is `[N, C, (H + 2·padding - window)/stride + 1, …]`, rounded down. 32-bit.
/// - Parameter stride: distance of windows; the window's size when nil.
public func averagePool(_ x: Tensor, window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
    let stride = stride ?? window
    let (plan, source) = poolingPlan("averagePool", x, window, stride, padding, isMaximum: false)
    let output = Tensor(Storage(layout: plan.destination), plan.key.output)
    plan.forward.run(source, output.storage)
    return record(output, x) { gradient, inputs in
        inputs.add(0, averagePoolGradient(gradient, plan))
    }
}

/// Spreads each mean's gradient over its window; linear, so that its own gradient is the average pooling again.
private func averagePoolGradient(_ gradient: Tensor, _ plan: PoolingPlan) -> Tensor {
    let output = Tensor(Storage(layout: plan.source), plan.key.input)
    plan.backward().run(gradient.storage.arranged(in: plan.destination), output.storage)
    let key = plan.key
    return record(output, gradient) { upstream, inputs in
        inputs.add(0, averagePool(upstream, window: key.window, stride: key.stride, padding: key.padding))
    }
}

/// The plan for pooling `x`, and the memory of `x` in the layout that the plan reads.
private func poolingPlan(
    _ operation: StaticString, _ x: Tensor, _ window: Int, _ stride: Int, _ padding: Int, isMaximum: Bool
) -> (PoolingPlan, Storage) {
    check(
        x.rank == 4 && x.dataType == .float32 && window > 0 && stride > 0 && padding >= 0 && padding < window
            && x.shape[2] + 2 * padding >= window && x.shape[3] + 2 * padding >= window,
        operation, "[N, C, H, W] and a window no larger than the padded map",
        "\(x.shape), window \(window), stride \(stride), padding \(padding)")
    let context = ComputeContext.current
    // A reshaped tensor lies in other axes than its own; only then is it moved.
    let source = x.storage.layout.map { $0.dims == x.shape ? x.storage : x.storage.plain() } ?? x.storage
    let key = PoolingKey(
        input: x.shape, layout: source.layout.map { ObjectIdentifier($0) }, window: window, stride: stride,
        padding: padding, isMaximum: isMaximum, isTraining: x.node != nil && context.isRecording)
    if let known = context.poolings[key] { return (known, source) }
    let plan = PoolingPlan(key, source: source.layout ?? .plain(x.shape), context.library)
    context.poolings[key] = plan
    return (plan, source)
}
