// SPDX-License-Identifier: Apache-2.0
// Fully connected layers: product, bias and activation in one operation.

/// `activation(x weightᵀ + bias)`.
///
/// Shapes: `x` `[N, I]`, `weight` `[O, I]`, `bias` `[O]`; the result is `[N, O]`. With 64-bit operands it is composed of
/// simpler operations.
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor? = nil, activation: Activation = .none) -> Tensor {
    check(
        x.rank == 2 && weight.rank == 2 && x.shape[1] == weight.shape[1] && x.dataType == weight.dataType
            && (bias == nil || bias!.shape == [weight.shape[0]]),
        "linear", "[N, I], [O, I] and [O]", "\(x.shape), \(weight.shape) and \(bias.map { "\($0.shape)" } ?? "none")")
    if x.dataType == .float64 {
        let product = matmul(x, weight, transposeB: true)
        return activation(bias.map { product + $0 } ?? product)
    }
    let (rows, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0])
    let isSmall =
        rows * inputs * outputs <= MatrixProduct.smallProduct && ComputeContext.current.options.precision == .float32
    if rows == 0 || inputs == 0 || outputs == 0 || (isSmall && x.storage.layout == nil) {
        return smallLinear(x, weight, bias, activation)
    }
    return largeLinear(x, weight, bias, activation)
}

private func smallLinear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation) -> Tensor {
    let (rows, inner, columns) = (x.shape[0], x.shape[1], weight.shape[0])
    let (source, matrix, offsets) = (x.plain, weight.plain, bias?.plain)
    let output = Tensor(uninitialized: [rows, columns])
    MatrixProduct(rows: rows, columns: columns, inner: inner, transposeB: true).run(
        source.elements(), matrix.elements(), bias: offsets?.elements(Float.self), activation, output.elements())
    return record(output, x, weight, bias) { gradient, inputs in
        let gradient = activation.backward(gradient, inputs.output(output), isRecording: inputs.isRecording)
        inputs.add(0, matmul(gradient, matrix))
        inputs.add(1, matmul(gradient, source, transposeA: true))
        inputs.add(2, gradient.sum(axes: [0]))
    }
}

private func largeLinear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation) -> Tensor {
    let (rows, inner, columns) = (x.shape[0], x.shape[1], weight.shape[0])
    let plan = InnerProductPlan.of(x.storage, rows: rows, columns: inner, outputs: columns)
    let isTraining = willRecord(x, weight, bias)
    let step = plan.forward(hasBias: bias != nil, activation: activation, isTraining: isTraining)
    let source = x.storage.arranged(in: plan.source)
    let output = Tensor(Storage(layout: plan.destination), [rows, columns])
    if let bias { step.primitive.bind(3, bias.storage.plain()) }
    if isTraining && step.weights.isHalfPrecision {
        weight.storage.arrangeInPlace(in: plan.backwardWeights(hasBias: bias != nil).weights)
    }
    step.primitive.run(source, weight.storage.prepared(in: step.weights, isTraining: isTraining), output.storage)
    if !isTraining { return output }

    let (hasBias, kept) = (bias != nil, Tensor(source, x.shape, node: x.node))
    return record(output, x, weight, bias) { gradient, inputs in
        let gradient = activation.backward(gradient, inputs.output(output), isRecording: inputs.isRecording)
        if inputs.isRecording {
            inputs.add(0, matmul(gradient, weight))
            inputs.add(1, matmul(gradient, kept, transposeA: true))
            inputs.add(2, gradient.sum(axes: [0]))
            return
        }
        let arranged = gradient.storage.arranged(in: plan.destination)
        if inputs.wants(0) {
            let step = plan.backwardData()
            let result = Storage(layout: plan.source)
            step.primitive.run(arranged, weight.storage.arranged(in: step.weights), result)
            inputs.add(0, Tensor(result, [rows, inner]))
        }
        if inputs.wants(1) || inputs.wants(2) {
            let step = plan.backwardWeights(hasBias: hasBias)
            let weightGradient = Storage(layout: step.weights)
            let biasGradient = hasBias ? Tensor(uninitialized: [columns]) : nil
            if let biasGradient { step.primitive.bind(3, biasGradient.storage) }
            step.primitive.run(kept.storage.arranged(in: plan.source), arranged, weightGradient)
            inputs.add(1, Tensor(weightGradient, [columns, inner]))
            if let biasGradient { inputs.add(2, biasGradient) }
        }
    }
}
