// SPDX-License-Identifier: Apache-2.0
// A convolution by our own Winograd kernels: the layouts that they work in, and their scratch memory.

import CDNNL
import CKernels

/// One direction of a geometry for the kernels of `elbo_winograd.h`.
struct WinogradConvolution {
    /// What transformed weights depend on, besides the weights.
    struct WeightForm: Equatable {
        let direction: elbo_winograd_direction
        /// Numbers per pair of channels and padding: they differ between the kernels for small and for larger maps.
        let count: Int
    }

    /// Layout of `x` and its gradient.
    let source: Layout
    /// Layout of the weights and their gradient.
    let weights: Layout
    /// Layout of the result and its gradient.
    let destination: Layout
    private let direction: elbo_winograd_direction
    private let activation: Activation
    private var sizes: elbo_winograd

    /// A direction of a geometry.
    ///
    /// - Parameter activation: what is applied to the output; without meaning in the other directions.
    init(_ key: ConvolutionKey, _ direction: elbo_winograd_direction, activation: Activation = .none) {
        let isWide = WinogradConvolution.block == 16
        source = .tagged(key.input, isWide ? dnnl_nChw16c : dnnl_nChw8c)
        destination = .tagged(key.output, isWide ? dnnl_nChw16c : dnnl_nChw8c)
        weights = .tagged(key.weight, isWide ? dnnl_OIhw16i16o : dnnl_OIhw8i8o)
        self.direction = direction
        self.activation = activation
        sizes = elbo_winograd(
            batch: key.input[0], inputs: key.weight[1], outputs: key.weight[0], height: key.input[2],
            width: key.input[3], window: key.weight[2], padding: key.padding)
    }

    /// Channels per block of the kernels, which is what oneDNN prefers on the same processor.
    static let block = elbo_winograd_block()

    /// The output for `maps`, or the gradient of the data for `maps`, the gradient of the output.
    ///
    /// - Parameter isTraining: whether the weights change from call to call; else their transform is kept.
    func convolve(_ maps: Storage, _ weight: Storage, bias: Storage?, into result: Storage, isTraining: Bool) {
        let transformed = isTraining ? transform(weight.prepared(in: weights, isTraining: true)) : packed(weight)
        let (scratch, plainBias) = (makeScratch(), bias?.plain())
        var sizes = sizes
        if direction == ELBO_WINOGRAD_DATA_GRADIENT {
            elbo_winograd_data_gradient(
                &sizes, maps.elements(), transformed.elements(), result.elements(), scratch.elements())
        } else {
            elbo_winograd_convolve(
                &sizes, maps.elements(), transformed.elements(), plainBias?.elements(Float.self),
                activation == .relu ? ELBO_RELU : ELBO_IDENTITY, result.elements(), scratch.elements())
            if activation == .tanh { elbo_tanh_f32(result.elements(), result.elements(), result.physicalCount) }
        }
        withExtendedLifetime((transformed, scratch, plainBias)) {}
    }

    /// The gradients of the weights and, if asked for, of the bias.
    func correlate(_ x: Storage, _ gradient: Storage, into weight: Storage, bias: Storage?) {
        var sizes = sizes
        let scratch = makeScratch()
        elbo_winograd_weight_gradient(
            &sizes, x.elements(), gradient.elements(), weight.elements(), bias?.elements(Float.self),
            scratch.elements())
        withExtendedLifetime(scratch) {}
    }

    private func makeScratch() -> Storage {
        var sizes = sizes
        return Storage(count: elbo_winograd_scratch_count(&sizes, direction), dataType: .float32)
    }

    private func packed(_ weight: Storage) -> Storage {
        var sizes = sizes
        let form = WeightForm(direction: direction, count: elbo_winograd_weight_count(&sizes, direction))
        return weight.packed(as: .winograd(form)) { transform(weight.arranged(in: weights)) }
    }

    /// The transform of weights that lie in `weights`.
    private func transform(_ weight: Storage) -> Storage {
        var sizes = sizes
        let count = elbo_winograd_weight_count(&sizes, direction)
        let transformed = Storage(count: count, dataType: .float32)
        elbo_winograd_transform_weights(&sizes, direction, weight.elements(), transformed.elements())
        return transformed
    }
}
