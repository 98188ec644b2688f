// SPDX-License-Identifier: Apache-2.0
// What decides how a convolution is computed: its geometry, and the rules that choose kernels and layouts by it.

/// Which convolution: everything that decides about primitives and layouts.
struct ConvolutionKey: Hashable {
    /// Shape `[N, C, H, W]`.
    let input: Shape
    /// Shape `[O, C, kh, kw]`.
    let weight: Shape
    let stride: Int
    let padding: Int
    let options: ComputeOptions

    /// Shape `[N, O, oh, ow]`.
    var output: Shape {
        [
            input[0], weight[0], (input[2] + 2 * padding - weight[2]) / stride + 1,
            (input[3] + 2 * padding - weight[3]) / stride + 1,
        ]
    }

    /// Whether our Winograd kernels compute all three directions, instead of oneDNN's direct algorithm.
    ///
    /// They need windows of 3x3 or 5x5 and stride 1. On images of few channels the transforms cost more than they save,
    /// and on maps of one row or column there is nothing to save.
    var usesWinograd: Bool {
        options.winograd == .automatic && options.precision == .float32 && weight[2] == weight[3]
            && (weight[2] == 3 || weight[2] == 5) && stride == 1 && padding < weight[2] && weight[0] > 3
            && weight[1] > 3 && output[2] >= 2 && output[3] >= 2 && input[0] > 0
    }

    /// Whether activations lie with the channels innermost (nhwc) instead of in blocks of 8 or 16 channels.
    ///
    /// Blocks are faster, but are filled up with zeros: 20 channels would cost as much as 32. Up to a third more is
    /// tolerated. Images of up to three channels do not count, oneDNN reads them as they are; but for one channel and
    /// blocks of 8 its gradient of the weights is four times faster without blocks.
    var prefersChannelsLast: Bool {
        let block = WinogradConvolution.block
        func isWasteful(_ channels: Int) -> Bool { 3 * ((channels + block - 1) / block * block) > 4 * channels }
        if weight[0] <= 3 { return weight[1] > 3 && isWasteful(weight[1]) }
        if weight[1] == 1 && block == 8 { return true }
        return isWasteful(weight[0]) || (weight[1] > 3 && isWasteful(weight[1]))
    }
}
