// SPDX-License-Identifier: Apache-2.0
// How elements lie in memory. Layouts are interned: two that oneDNN calls equal are the same object, so that comparing
// them is comparing references.

import CDNNL
import Synchronization

/// Where the channel axis lies, for loops that work in any layout.
enum ChannelOrder: Hashable {
    /// `[N, C, positions]`
    case rowMajor
    /// `[N, positions, C]`
    case channelsLast
    /// `[N, C / block, positions, block]`
    case blocked(Int)
}

/// An arrangement of a tensor's elements, row-major or one of oneDNN's blocked formats.
///
/// `dims` may differ from the shape of the tensor that has the layout: a reshape keeps the memory as it is. What holds is
/// that the row-major enumeration of `dims` is the row-major enumeration of the tensor's shape.
///
/// `@unchecked Sendable`: immutable after creation; oneDNN only reads the descriptor.
final class Layout: @unchecked Sendable {
    let descriptor: elbo_descriptor_t
    let dims: Shape
    let byteCount: Int
    let isPlain: Bool
    /// Elements are 16-bit brain floats.
    let isHalfPrecision: Bool
    /// More room than elements: blocks of channels are filled up with zeros.
    let hasPadding: Bool
    /// Where the channels lie; `rowMajor` also for layouts that our loops do not know and that must be reordered first.
    let channelOrder: ChannelOrder

    private init(copying descriptor: elbo_descriptor_t, dims: Shape, isPlain: Bool, isHalfPrecision: Bool) {
        channelOrder = isHalfPrecision ? .rowMajor : Layout.channelOrder(descriptor, dims)
        self.descriptor = elbo_descriptor_copy(descriptor)
        self.dims = dims
        self.isPlain = isPlain
        self.isHalfPrecision = isHalfPrecision
        byteCount = elbo_descriptor_size(descriptor)
        hasPadding = byteCount > dims.count * (isHalfPrecision ? 2 : 4)
    }

    /// All layouts ever made, by size in bytes; they live as long as the process.
    ///
    /// The mutex protects the dictionary.
    private static let interned = Mutex<[Int: [Layout]]>([:])

    /// The one layout that equals `descriptor`.
    static func interning(_ descriptor: elbo_descriptor_t, dims: Shape, halfPrecision: Bool = false) -> Layout {
        let bytes = elbo_descriptor_size(descriptor)
        var plain: elbo_descriptor_t?
        if !halfPrecision { plain = makeDescriptor(dims, plainTag(rank: dims.rank)) }
        defer { if let plain { elbo_descriptor_destroy(plain) } }
        let isPlain = plain.map { elbo_descriptor_equal($0, descriptor) != 0 } ?? false
        return interned.withLock { table in
            for known in table[bytes, default: []] where elbo_descriptor_equal(known.descriptor, descriptor) != 0 {
                return known
            }
            let layout = Layout(copying: descriptor, dims: dims, isPlain: isPlain, isHalfPrecision: halfPrecision)
            table[bytes, default: []].append(layout)
            return layout
        }
    }

    private static func channelOrder(_ descriptor: elbo_descriptor_t, _ dims: Shape) -> ChannelOrder {
        guard dims.rank == 4 else { return .rowMajor }
        for (tag, order) in [
            (dnnl_nhwc, ChannelOrder.channelsLast), (dnnl_nChw16c, .blocked(16)), (dnnl_nChw8c, .blocked(8)),
        ] {
            let candidate = makeDescriptor(dims, tag)
            defer { elbo_descriptor_destroy(candidate) }
            if elbo_descriptor_equal(candidate, descriptor) != 0 { return order }
        }
        return .rowMajor
    }

    /// The layout that a format tag gives to `dims`.
    static func tagged(_ dims: Shape, _ tag: dnnl_format_tag_t, halfPrecision: Bool = false) -> Layout {
        let descriptor = makeDescriptor(dims, tag, halfPrecision: halfPrecision)
        defer { elbo_descriptor_destroy(descriptor) }
        return interning(descriptor, dims: dims, halfPrecision: halfPrecision)
    }

    /// The row-major layout.
    static func plain(_ dims: Shape, halfPrecision: Bool = false) -> Layout {
        tagged(dims, plainTag(rank: dims.rank), halfPrecision: halfPrecision)
    }

    /// A descriptor that the caller destroys.
    static func makeDescriptor(
        _ dims: Shape, _ tag: dnnl_format_tag_t, halfPrecision: Bool = false
    ) -> elbo_descriptor_t {
        var result: elbo_descriptor_t?
        let sizes = dims.sizes.map(Int64.init)
        expectSuccess(
            elbo_descriptor_create(
                &result, Int32(dims.rank), sizes, halfPrecision ? dnnl_bf16 : dnnl_f32, tag), "memory descriptor")
        return result!
    }

    private static func plainTag(rank: Int) -> dnnl_format_tag_t {
        switch rank {
        case 1: dnnl_a
        case 2: dnnl_ab
        case 3: dnnl_abc
        case 4: dnnl_abcd
        case 5: dnnl_abcde
        default: dnnl_abcdef
        }
    }
}
