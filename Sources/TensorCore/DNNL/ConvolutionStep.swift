// SPDX-License-Identifier: Apache-2.0
// One direction of a convolution, computed by a oneDNN primitive or by our own Winograd kernels.

/// One direction of a convolution: the layouts of its three tensors, and what computes it.
struct ConvolutionStep {
    /// Who computes.
    enum Kernel {
        case primitive(Primitive)
        case winograd(WinogradConvolution)
    }

    let kernel: Kernel
    let source: Layout
    let weights: Layout
    let destination: Layout

    init(_ primitive: Primitive, source: Layout, weights: Layout, destination: Layout) {
        kernel = .primitive(primitive)
        self.source = source
        self.weights = weights
        self.destination = destination
    }

    /// A step by our own kernels.
    init(_ winograd: WinogradConvolution) {
        kernel = .winograd(winograd)
        source = winograd.source
        weights = winograd.weights
        destination = winograd.destination
    }

    /// Reads maps that lie as the step wants them and writes others: source to destination, or their gradients back.
    func convolve(_ maps: Storage, _ weight: Storage, bias: Storage? = nil, into result: Storage, isTraining: Bool) {
        switch kernel {
        case .primitive(let primitive):
            let plainBias = bias?.plain()
            if let plainBias { primitive.bind(3, plainBias) }
            primitive.run(maps, weight.prepared(in: weights, isTraining: isTraining), result)
        case .winograd(let winograd):
            winograd.convolve(maps, weight, bias: bias, into: result, isTraining: isTraining)
        }
    }

    /// The gradients of the weights and, if asked for, of the bias, from maps that lie as the step wants them.
    func correlate(_ source: Storage, _ gradient: Storage, into weight: Storage, bias: Storage?) {
        switch kernel {
        case .primitive(let primitive):
            if let bias { primitive.bind(3, bias) }
            primitive.run(source, gradient, weight)
        case .winograd(let winograd): winograd.correlate(source, gradient, into: weight, bias: bias)
        }
    }
}

extension Storage {
    /// Weights in the layout of a primitive: moved there for good while they train, as a kept copy while they are constant.
    @inline(__always)
    func prepared(in wanted: Layout, isTraining: Bool) -> Storage {
        if layout === wanted || (layout == nil && wanted.isPlain) { return self }
        if !isTraining { return packed(in: wanted) }
        if !wanted.isHalfPrecision { arrangeInPlace(in: wanted) }
        return arranged(in: wanted)
    }
}
