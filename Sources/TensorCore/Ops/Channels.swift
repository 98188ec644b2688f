// SPDX-License-Identifier: Apache-2.0
// Operations that treat every channel of a map alike, in whatever layout the maps lie: no reorder is needed for them.

extension Tensor {
    /// Every channel multiplied by its factor.
    ///
    /// Shapes: this tensor `[N, C, …]`, `factors` `[C]` or `[N, C]`. 32-bit.
    public func scaleChannels(by factors: Tensor) -> Tensor {
        let walk = ChannelWalk("scaleChannels", self, perSample: factors.rank == 2)
        check(
            factors.shape == walk.factorShape && factors.dataType == .float32, "scaleChannels", "\(walk.factorShape)",
            "\(factors.shape)")
        let source = walk.source(self)
        let output = Tensor(source.makeSimilar(), shape)
        let constants = factors.plain
        walk.scale(source.elements(), constants.elements(), output.storage.elements())
        let kept = Tensor(source, shape, node: node)
        return record(output, self, factors) { gradient, inputs in
            inputs.add(0, gradient.scaleChannels(by: factors))
            inputs.add(1, channelProducts(gradient, kept, perSample: factors.rank == 2))
        }
    }

    /// `offsets[c]` added to every element of channel c.
    ///
    /// Shapes: this tensor `[N, C, …]`, `offsets` `[C]`. 32-bit.
    public func addingChannels(_ offsets: Tensor) -> Tensor {
        let walk = ChannelWalk("addingChannels", self, perSample: false)
        check(
            offsets.shape == walk.factorShape && offsets.dataType == .float32, "addingChannels", "\(walk.factorShape)",
            "\(offsets.shape)")
        let source = walk.source(self)
        let output = Tensor(source.makeSimilar(), shape)
        let constants = offsets.plain
        walk.add(source.elements(), constants.elements(), output.storage.elements())
        return record(output, self, offsets) { gradient, inputs in
            inputs.add(0, gradient)
            inputs.add(1, channelSums(gradient))
        }
    }
}

/// `Σ a b` over each channel's positions, and over samples unless `perSample`: `[C]` or `[N, C]`.
func channelProducts(_ a: Tensor, _ b: Tensor, perSample: Bool) -> Tensor {
    let walk = ChannelWalk("channelProducts", a, perSample: perSample)
    let left = walk.source(a)
    let right = left.layout.map { b.storage.arranged(in: $0) } ?? b.storage.plain()
    let output = Tensor.zeros(walk.factorShape)
    walk.accumulateProducts(left.elements(), right.elements(), output.elements())
    return record(output, a, b) { gradient, inputs in
        inputs.add(0, b.scaleChannels(by: gradient))
        inputs.add(1, a.scaleChannels(by: gradient))
    }
}

/// `Σ x` over each channel: `[C]`.
func channelSums(_ x: Tensor) -> Tensor {
    let walk = ChannelWalk("channelSums", x, perSample: false)
    let source = walk.source(x)
    let output = Tensor.zeros(walk.factorShape)
    walk.accumulate(source.elements(), output.elements())
    let shape = x.shape
    return record(output, x) { gradient, inputs in
        var spread = Shape(repeating: 1, rank: shape.rank)
        spread[1] = shape[1]
        inputs.add(0, gradient.reshape(spread).broadcast(to: shape))
    }
}

/// Visits maps run by run such that within a run the channel either stays (row-major) or counts up (channels innermost).
struct ChannelWalk {
    let factorShape: Shape
    private let samples: Int
    private let channels: Int
    private let positions: Int
    private let order: ChannelOrder
    private let perSample: Bool

    init(_ operation: StaticString, _ x: Tensor, perSample: Bool) {
        check(x.rank >= 2 && x.dataType == .float32, operation, "[N, C, …] of float32", "\(x.shape) \(x.dataType)")
        samples = x.shape[0]
        channels = x.shape[1]
        positions = samples * channels == 0 ? 0 : x.count / (samples * channels)
        self.perSample = perSample
        factorShape = perSample ? [samples, channels] : [channels]
        let layout = x.storage.layout
        order = layout == nil || layout!.dims != x.shape ? .rowMajor : layout!.channelOrder
    }

    /// The storage to walk over: as it is where the layout is a known one.
    func source(_ x: Tensor) -> Storage {
        order == .rowMajor ? x.storage.plain() : x.storage
    }

    /// Calls `body` with the offset of a run, its first channel, its length, and the sample.
    ///
    /// `stays` runs belong to one channel; the others start at a channel and count up. The last block of a blocked layout
    /// is shorter than its room: the padding is not visited.
    @inline(__always)
    private func forEachRun(
        stays: (_ offset: Int, _ factor: Int, _ length: Int) -> Void,
        counts: (_ offset: Int, _ factor: Int, _ length: Int) -> Void
    ) {
        switch order {
        case .rowMajor:
            for sample in 0..<samples {
                for channel in 0..<channels {
                    let factor = (perSample ? sample * channels : 0) + channel
                    stays((sample * channels + channel) * positions, factor, positions)
                }
            }
        case .channelsLast:
            for sample in 0..<samples {
                for position in 0..<positions {
                    counts((sample * positions + position) * channels, perSample ? sample * channels : 0, channels)
                }
            }
        case .blocked(let block):
            let blocks = (channels + block - 1) / block
            for sample in 0..<samples {
                for group in 0..<blocks {
                    let factor = (perSample ? sample * channels : 0) + group * block
                    let length = min(block, channels - group * block)
                    for position in 0..<positions {
                        counts(((sample * blocks + group) * positions + position) * block, factor, length)
                    }
                }
            }
        }
    }

    /// `y = x · factor`; padding is multiplied too, by nothing: it is cleared.
    func scale(_ x: UnsafePointer<Float>, _ factors: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        clearPadding(y)
        forEachRun { offset, factor, length in
            let value = factors[factor]
            for index in offset..<(offset + length) { y[index] = x[index] * value }
        } counts: { offset, factor, length in
            for index in 0..<length { y[offset + index] = x[offset + index] * factors[factor + index] }
        }
    }

    /// `y = x + offset`.
    func add(_ x: UnsafePointer<Float>, _ offsets: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        clearPadding(y)
        forEachRun { offset, factor, length in
            let value = offsets[factor]
            for index in offset..<(offset + length) { y[index] = x[index] + value }
        } counts: { offset, factor, length in
            for index in 0..<length { y[offset + index] = x[offset + index] + offsets[factor + index] }
        }
    }

    /// `sums += a b`.
    func accumulateProducts(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
    ) {
        forEachRun { offset, factor, length in
            var total: Float = 0
            for index in offset..<(offset + length) { total += a[index] * b[index] }
            sums[factor] += total
        } counts: { offset, factor, length in
            for index in 0..<length { sums[factor + index] += a[offset + index] * b[offset + index] }
        }
    }

    /// `sums += x`.
    func accumulate(_ x: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>) {
        forEachRun { offset, factor, length in
            var total: Float = 0
            for index in offset..<(offset + length) { total += x[index] }
            sums[factor] += total
        } counts: { offset, factor, length in
            for index in 0..<length { sums[factor + index] += x[offset + index] }
        }
    }

    private func clearPadding(_ y: UnsafeMutablePointer<Float>) {
        guard case .blocked(let block) = order, channels % block != 0 else { return }
        let blocks = (channels + block - 1) / block
        for sample in 0..<samples {
            let start = (sample * blocks + blocks - 1) * positions * block
            (y + start).update(repeating: 0, count: positions * block)
        }
    }
}
