// SPDX-License-Identifier: Apache-2.0
// Convolution of images, its transpose, and the rules that make both differentiable any number of times.
//
// Three bilinear operations are closed under differentiation: the convolution of data and weights, the gradient of its data
// (a transposed convolution), and the gradient of its weights. Each one's gradients are the two others.

/// The convolution of `x` with `weight`, plus `bias`, then the activation.
///
/// `y[n, o, i, j] = Σ x[n, c, i·stride + p - padding, j·stride + q - padding] weight[o, c, p, q] + bias[o]`, zeros outside.
///
/// Shapes: `x` `[N, C, H, W]`, `weight` `[O, C, kh, kw]`, `bias` `[O]`; the result is
/// `[N, O, (H + 2·padding - kh)/stride + 1, (W + 2·padding - kw)/stride + 1]`, rounded down. 32-bit.
public func convolution(
    _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    activation: Activation = .none
) -> Tensor {
    let plan = convolutionPlan("convolution", input: x.shape, weight, stride: stride, padding: padding)
    if let bias {
        check(bias.shape == [weight.shape[0]], "convolution", "a bias of shape [\(weight.shape[0])]", "\(bias.shape)")
    }
    let isTraining = willRecord(x, weight, bias)
    let step = plan.forward(hasBias: bias != nil, activation: activation, isTraining: isTraining)
    let source = x.storage.arranged(in: step.source)
    let output = Tensor(Storage(layout: step.destination), plan.key.output)
    if isTraining && step.weights.isHalfPrecision {
        // The 32-bit master weights take on the layout in which their gradient arrives.
        weight.storage.arrangeInPlace(in: plan.backwardWeights(hasBias: bias != nil).weights)
    }
    step.convolve(source, weight.storage, bias: bias?.storage, into: output.storage, isTraining: isTraining)
    if !isTraining { return output }

    // The arranged source is kept, so that the backward pass need not arrange it again.
    let kept = Tensor(source, x.shape, node: x.node)
    return record(output, x, weight, bias) { gradient, inputs in
        let gradient = activation.backward(gradient, inputs.output(output), isRecording: inputs.isRecording)
        inputs.add(0, convolutionDataGradient(gradient, weight, plan))
        if inputs.wants(2) && !inputs.isRecording {
            let (weightGradient, biasGradient) = convolutionParameterGradients(kept, gradient, plan)
            inputs.add(1, weightGradient)
            inputs.add(2, biasGradient)
        } else {
            inputs.add(1, convolutionWeightGradient(kept, gradient, plan))
            inputs.add(2, gradient.sum(axes: [0, 2, 3]))
        }
    }
}

/// The transpose of a convolution with the same weights, plus `bias`: it enlarges maps by the stride.
///
/// Shapes (PyTorch's): `x` `[N, I, H, W]`, `weight` `[I, O, kh, kw]`, `bias` `[O]`; the result is
/// `[N, O, (H - 1)·stride - 2·padding + kh, (W - 1)·stride - 2·padding + kw]`. 32-bit.
public func transposedConvolution(
    _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0
) -> Tensor {
    check(
        x.rank == 4 && weight.rank == 4 && x.shape[1] == weight.shape[0], "transposedConvolution",
        "[N, I, H, W] and [I, O, kh, kw]", "\(x.shape) and \(weight.shape)")
    let input: Shape = [
        x.shape[0], weight.shape[1], (x.shape[2] - 1) * stride - 2 * padding + weight.shape[2],
        (x.shape[3] - 1) * stride - 2 * padding + weight.shape[3],
    ]
    // The weights of a transposed convolution from I to O channels are those of a convolution from O to I channels.
    let plan = convolutionPlan("transposedConvolution", input: input, weight, stride: stride, padding: padding)
    let output = convolutionDataGradient(x, weight, plan)
    guard let bias else { return output }
    check(
        bias.shape == [input[1]], "transposedConvolution", "a bias of shape [\(input[1])]", "\(bias.shape)")
    return output.addingChannels(bias)
}

private func convolutionPlan(
    _ operation: StaticString, input: Shape, _ weight: Tensor, stride: Int, padding: Int
) -> ConvolutionPlan {
    check(
        input.rank == 4 && weight.rank == 4 && input[1] == weight.shape[1] && stride > 0 && padding >= 0
            && input[2] + 2 * padding >= weight.shape[2] && input[3] + 2 * padding >= weight.shape[3],
        operation, "[N, C, H, W] and [O, C, kh, kw] no larger than the padded map",
        "\(input) and \(weight.shape), stride \(stride), padding \(padding)")
    return .of(input: input, weight: weight.shape, stride: stride, padding: padding)
}

/// The transposed convolution of `gradient` (shape of the plan's output) with the weights.
private func convolutionDataGradient(_ gradient: Tensor, _ weight: Tensor, _ plan: ConvolutionPlan) -> Tensor {
    let step = plan.backwardData()
    let isTraining = willRecord(gradient, weight)
    let output = Tensor(Storage(layout: step.source), plan.key.input)
    let arranged = gradient.storage.arranged(in: step.destination)
    step.convolve(arranged, weight.storage, into: output.storage, isTraining: true)
    if !isTraining { return output }
    let kept = Tensor(arranged, gradient.shape, node: gradient.node)
    return record(output, gradient, weight) { upstream, inputs in
        inputs.add(0, plainConvolution(upstream, weight, plan))
        inputs.add(1, convolutionWeightGradient(upstream, kept, plan))
    }
}

/// The convolution without bias and activation.
private func plainConvolution(_ x: Tensor, _ weight: Tensor, _ plan: ConvolutionPlan) -> Tensor {
    convolution(x, weight: weight, stride: plan.key.stride, padding: plan.key.padding)
}

/// The gradient of the weights of the convolution of `x`, given the gradient of its result.
private func convolutionWeightGradient(_ x: Tensor, _ gradient: Tensor, _ plan: ConvolutionPlan) -> Tensor {
    let step = plan.backwardWeights(hasBias: false)
    let output = Tensor(Storage(layout: step.weights), plan.key.weight)
    step.correlate(
        x.storage.arranged(in: step.source), gradient.storage.arranged(in: step.destination), into: output.storage,
        bias: nil)
    return record(output, x, gradient) { upstream, inputs in
        inputs.add(0, convolutionDataGradient(gradient, upstream, plan))
        inputs.add(1, plainConvolution(x, upstream, plan))
    }
}

/// The gradients of weights and bias together, not recorded.
private func convolutionParameterGradients(
    _ x: Tensor, _ gradient: Tensor, _ plan: ConvolutionPlan
) -> (weight: Tensor, bias: Tensor) {
    let step = plan.backwardWeights(hasBias: true)
    let weight = Tensor(Storage(layout: step.weights), plan.key.weight)
    let bias = Tensor(uninitialized: [plan.key.weight[0]])
    step.correlate(
        x.storage.arranged(in: step.source), gradient.storage.arranged(in: step.destination), into: weight.storage,
        bias: bias.storage)
    return (weight, bias)
}
