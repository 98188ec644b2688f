// SPDX-License-Identifier: Apache-2.0
// Mean and spread of the channels of a data set, for normalisation and for checking what was read.

extension ImageDataset {
    /// Mean and standard deviation of each channel on the scale 0…1; NaN for an empty data set.
    public var channelMoments: [(mean: Double, standardDeviation: Double)] {
        switch pixels {
        case .bytes(let values): (0..<shape.channels).map { byteMoments(values, channel: $0) }
        case .floats(let values): (0..<shape.channels).map { floatMoments(values, channel: $0) }
        }
    }

    /// Exact: the sums are those of a histogram.
    private func byteMoments(_ values: [UInt8], channel: Int) -> (mean: Double, standardDeviation: Double) {
        var histogram = [Int](repeating: 0, count: 256)
        histogram.withUnsafeMutableBufferPointer { histogram in
            values.withUnsafeBufferPointer { values in
                forEachValue(ofChannel: channel) { histogram[Int(values[$0])] += 1 }
            }
        }
        let weight = Double(count * shape.height * shape.width)
        let levels = histogram.indices.map { Double($0) / 255 }
        let mean = zip(levels, histogram).reduce(0) { $0 + $1.0 * Double($1.1) } / weight
        let square = zip(levels, histogram).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * Double($1.1) }
        return (mean, (square / weight).squareRoot())
    }

    /// In two passes, so that nothing cancels.
    private func floatMoments(_ values: [Float], channel: Int) -> (mean: Double, standardDeviation: Double) {
        let weight = Double(count * shape.height * shape.width)
        var sum = 0.0
        forEachValue(ofChannel: channel) { sum += Double(values[$0]) }
        let mean = sum / weight
        var square = 0.0
        forEachValue(ofChannel: channel) { square += (Double(values[$0]) - mean) * (Double(values[$0]) - mean) }
        return (mean, (square / weight).squareRoot())
    }

    private func forEachValue(ofChannel channel: Int, _ body: (Int) -> Void) {
        let plane = shape.height * shape.width
        for image in 0..<count {
            let start = image * shape.count + channel * plane
            var index = start
            while index < start + plane {
                body(index)
                index += 1
            }
        }
    }
}
