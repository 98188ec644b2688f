// SPDX-License-Identifier: Apache-2.0
// A convolution by our own Winograd kernels: the layouts that they work in, and their scratch memory.

import CDNNL
import CKernels

/// One geometry for the kernels of `elbo_winograd.h`.
struct WinogradConvolution {
    /// What transformed weights depend on, besides the weights.
    struct WeightForm: Equatable {
        let count: Int
        let isTransposed: Bool
    }

    /// Layout of the maps that are read.
    let source: Layout
    /// Layout of the weights, and of their gradient.
    let weights: Layout
    /// Layout of the maps that are written.
    let destination: Layout
    private let activation: Activation
    private let isTransposed: Bool
    private var sizes: elbo_winograd

    /// The convolution of a geometry, followed by an activation.
    init(_ key: ConvolutionKey, activation: Activation = .none) {
        self.init(
            key, from: key.input, to: key.output, padding: key.padding, activation: activation, isTransposed: false)
    }

    /// The gradient of the data of a geometry: a convolution of the gradient of its result, with the weights turned.
    init(dataGradientOf key: ConvolutionKey) {
        self.init(
            key, from: key.output, to: key.input, padding: key.weight[2] - 1 - key.padding, activation: .none,
            isTransposed: true)
    }

    private init(
        _ key: ConvolutionKey, from input: Shape, to output: Shape, padding: Int, activation: Activation,
        isTransposed: Bool
    ) {
        let isWide = WinogradConvolution.block == 16
        source = .tagged(input, isWide ? dnnl_nChw16c : dnnl_nChw8c)
        destination = .tagged(output, isWide ? dnnl_nChw16c : dnnl_nChw8c)
        weights = .tagged(key.weight, isWide ? dnnl_OIhw16i16o : dnnl_OIhw8i8o)
        self.activation = activation
        self.isTransposed = isTransposed
        sizes = elbo_winograd(
            batch: input[0], inputs: input[1], outputs: output[1], height: input[2], width: input[3],
            window: key.weight[2], padding: padding)
    }

    /// Channels per block of the kernels, which is what oneDNN prefers on the same processor.
    static let block = elbo_winograd_block()

    /// The convolution of `x`, both maps in the kernel's layouts.
    ///
    /// - Parameter isTraining: whether the weights change from call to call; else their transform is kept.
    func convolve(_ x: Storage, _ weight: Storage, bias: Storage?, into result: Storage, isTraining: Bool) {
        let transformed = isTraining ? transform(weight.prepared(in: weights, isTraining: true)) : packed(weight)
        var sizes = sizes
        let scratch = Storage(count: elbo_winograd_scratch_count(&sizes), dataType: .float32)
        let plainBias = bias?.plain()
        elbo_winograd_convolve(
            &sizes, x.elements(), transformed.elements(), plainBias?.elements(Float.self),
            activation == .relu ? ELBO_RELU : ELBO_IDENTITY, result.elements(), scratch.elements())
        if activation == .tanh { elbo_tanh_f32(result.elements(), result.elements(), result.physicalCount) }
        withExtendedLifetime((transformed, scratch, plainBias)) {}
    }

    /// The gradients of the weights and, if asked for, of the bias.
    func correlate(_ x: Storage, _ gradient: Storage, into weight: Storage, bias: Storage?) {
        var sizes = sizes
        let scratch = Storage(count: elbo_winograd_gradient_scratch_count(&sizes), dataType: .float32)
        elbo_winograd_weight_gradient(
            &sizes, x.elements(), gradient.elements(), weight.elements(), bias?.elements(Float.self),
            scratch.elements())
        withExtendedLifetime(scratch) {}
    }

    private func packed(_ weight: Storage) -> Storage {
        var sizes = sizes
        let form = WeightForm(count: elbo_winograd_weight_count(&sizes), isTransposed: isTransposed)
        return weight.packed(as: .winograd(form)) { transform(weight) }
    }

    private func transform(_ weight: Storage) -> Storage {
        var sizes = sizes
        let transformed = Storage(count: elbo_winograd_weight_count(&sizes), dataType: .float32)
        let arranged = weight.arranged(in: weights)
        elbo_winograd_transform_weights(&sizes, arranged.elements(), isTransposed, transformed.elements())
        withExtendedLifetime(arranged) {}
        return transformed
    }
}
