// SPDX-License-Identifier: Apache-2.0
// Operations that treat every channel of a map alike, in whatever layout the maps lie: no reorder is needed for them.

import CDNNL
import CKernels

extension Tensor {
    /// Every channel multiplied by its factor.
    ///
    /// Shapes: this tensor `[N, C, …]`, `factors` `[C]` or `[N, C]`. 32-bit.
    public func scaleChannels(by factors: Tensor) -> Tensor {
        let perSample = factors.rank == 2
        let maps = ChannelMaps("scaleChannels", self)
        check(
            factors.shape == maps.factorShape(perSample: perSample) && factors.dataType == .float32, "scaleChannels",
            "\(maps.factorShape(perSample: perSample))", "\(factors.shape)")
        let output = Tensor(maps.source.makeSimilar(), shape)
        let constants = factors.plain
        withUnsafePointer(to: maps.layout) {
            elbo_scale_channels_f32(
                maps.source.elements(), constants.elements(), perSample, output.storage.elements(), $0)
        }
        let kept = Tensor(maps.source, shape, node: node)
        return record(output, self, factors) { gradient, inputs in
            inputs.add(0, gradient.scaleChannels(by: factors))
            inputs.add(1, channelProducts(gradient, kept, perSample: perSample))
        }
    }

    /// `offsets[c]` added to every element of channel c.
    ///
    /// Shapes: this tensor `[N, C, …]`, `offsets` `[C]`. 32-bit.
    public func addingChannels(_ offsets: Tensor) -> Tensor {
        let maps = ChannelMaps("addingChannels", self)
        check(
            offsets.shape == maps.factorShape(perSample: false) && offsets.dataType == .float32, "addingChannels",
            "\(maps.factorShape(perSample: false))", "\(offsets.shape)")
        let output = Tensor(maps.source.makeSimilar(), shape)
        let padded = maps.padded(offsets.plain)
        maps.extents.withPointer { sizes in
            maps.strides.withPointer { from in
                Extents(0, maps.layout.block, 0, 1).withPointer { constant in
                    elbo_binary_strided_f32(
                        ELBO_ADD, maps.source.elements(), from, padded.elements(), constant, output.storage.elements(),
                        sizes, 4)
                }
            }
        }
        return record(output, self, offsets) { gradient, inputs in
            inputs.add(0, gradient)
            inputs.add(1, channelSums(gradient))
        }
    }
}

extension Tensor {
    /// `x · factors + offsets` with one factor and one offset per channel, then `max(·, 0)` if asked, in one pass.
    ///
    /// Shapes: this tensor `[N, C, …]`, `factors` and `offsets` both `[C]`, or both `[N k, C]`; then every object becomes k
    /// successive ones and the result is `[N k, C, …]`. 32-bit. The same numbers give the same bits whether they are given
    /// once or once per object.
    public func affineChannels(factors: Tensor, offsets: Tensor, relu: Bool = false) -> Tensor {
        let perSample = factors.rank == 2
        let copies = perSample && shape[0] > 0 ? factors.shape[0] / shape[0] : 1
        let maps = ChannelMaps("affineChannels", self)
        let expected: Shape = perSample ? [shape[0] * copies, shape[1]] : [shape[1]]
        check(
            factors.shape == expected && offsets.shape == expected && factors.dataType == .float32
                && offsets.dataType == .float32 && copies > 0, "affineChannels", "[C] or [N k, C] twice",
            "\(shape), \(factors.shape), \(offsets.shape)")
        if willRecord(self, factors, offsets) {
            // Composed of operations that are differentiable any number of times.
            let sizes = (perSample ? [expected[0]] : [1]) + [shape[1]] + Array(repeating: 1, count: rank - 2)
            let result = repeatingObjects(copies).scaleChannels(by: factors) + offsets.reshape(Shape(sizes))
            return relu ? result.relu() : result
        }
        var layout = maps.layout
        layout.batch *= copies
        let output = Tensor(maps.storage(copies: copies, shape), Shape([shape[0] * copies] + shape.sizes.dropFirst()))
        let (factors, offsets) = (factors.plain, offsets.plain)
        elbo_affine_channels_f32(
            maps.source.elements(), factors.elements(), offsets.elements(), perSample, copies, relu,
            output.storage.elements(), &layout)
        return output
    }

    /// Every object so many times, copies of an object side by side.
    ///
    /// Shapes: this tensor `[N, …]`, the result `[N count, …]`.
    public func repeatingObjects(_ count: Int) -> Tensor {
        count == 1 ? self : gather((0..<Int32(shape[0])).flatMap { Array(repeating: $0, count: count) })
    }
}

/// `Σ a b` over each channel's positions, and over samples unless `perSample`: `[C]` or `[N, C]`.
func channelProducts(_ a: Tensor, _ b: Tensor, perSample: Bool) -> Tensor {
    let maps = ChannelMaps("channelProducts", a)
    let right = b.storage.following(maps.source)
    let output = Tensor(uninitialized: maps.factorShape(perSample: perSample))
    withUnsafePointer(to: maps.layout) {
        elbo_scale_channels_gradient_f32(maps.source.elements(), right.elements(), perSample, output.elements(), $0)
    }
    return record(output, a, b) { gradient, inputs in
        inputs.add(0, b.scaleChannels(by: gradient))
        inputs.add(1, a.scaleChannels(by: gradient))
    }
}

/// `Σ x` over each channel: `[C]`.
func channelSums(_ x: Tensor) -> Tensor {
    let maps = ChannelMaps("channelSums", x)
    let padded = Tensor(uninitialized: [maps.blocks * maps.layout.block])
    maps.extents.withPointer { sizes in
        maps.strides.withPointer { strides in
            // Bits 0 and 2: samples and positions.
            elbo_sum_strided_f32(maps.source.elements(), sizes, strides, 4, 0b101, padded.elements())
        }
    }
    let output = Tensor(uninitialized: [maps.layout.channels])
    output.elements(Float.self).update(from: padded.elements(Float.self), count: maps.layout.channels)
    let shape = x.shape
    return record(output, x) { gradient, inputs in
        var spread = Shape(repeating: 1, rank: shape.rank)
        spread[1] = shape[1]
        inputs.add(0, gradient.reshape(spread).broadcast(to: shape))
    }
}

/// Maps as the channel kernels see them: samples, blocks of channels, positions, channels of a block.
struct ChannelMaps {
    let source: Storage
    let layout: elbo_channel_layout
    let blocks: Int

    init(_ operation: StaticString, _ x: Tensor) {
        check(x.rank >= 2 && x.dataType == .float32, operation, "[N, C, …] of float32", "\(x.shape) \(x.dataType)")
        let (samples, channels) = (x.shape[0], x.shape[1])
        let order = x.storage.layout.map { $0.dims == x.shape ? $0.channelOrder : .rowMajor } ?? .rowMajor
        source = order == .rowMajor ? x.storage.plain() : x.storage
        let block =
            switch order {
            case .rowMajor: 1
            case .channelsLast: channels
            case .blocked(let size): size
            }
        layout = elbo_channel_layout(
            batch: samples, channels: channels,
            spatial: samples * channels == 0 ? 0 : x.count / (samples * channels), block: block)
        blocks = block == 0 ? 0 : (channels + block - 1) / block
    }

    /// Undefined contents for so many copies of every sample, in the layout of the source.
    func storage(copies: Int, _ shape: Shape) -> Storage {
        if copies == 1 { return source.makeSimilar() }
        let copied = Shape([shape[0] * copies] + shape.sizes.dropFirst())
        guard let known = source.layout else { return Storage(count: copied.count, dataType: .float32) }
        switch known.channelOrder {
        case .rowMajor: return Storage(count: copied.count, dataType: .float32)
        case .channelsLast: return Storage(layout: .tagged(copied, dnnl_nhwc))
        case .blocked(let size): return Storage(layout: .tagged(copied, size == 16 ? dnnl_nChw16c : dnnl_nChw8c))
        }
    }

    /// The shape of one factor per channel, or per sample and channel.
    func factorShape(perSample: Bool) -> Shape {
        perSample ? [layout.batch, layout.channels] : [layout.channels]
    }

    /// The sizes of the four axes.
    var extents: Extents { Extents(layout.batch, blocks, layout.spatial, layout.block) }

    /// The steps in memory along the four axes.
    var strides: Extents {
        let row = layout.spatial * layout.block
        return Extents(blocks * row, row, layout.block, 1)
    }

    /// One number per channel, with zeros for the channels that fill up the last block.
    func padded(_ numbers: Tensor) -> Tensor {
        let room = blocks * layout.block
        if room == layout.channels { return numbers }
        let result = Tensor.zeros([room])
        result.elements(Float.self).update(from: numbers.elements(Float.self), count: layout.channels)
        return result
    }
}
