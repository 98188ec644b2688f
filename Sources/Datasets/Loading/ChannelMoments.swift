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
        return Self.moments(
            histogram.enumerated().lazy.map { (Double($0.offset) / 255, Double($0.element)) })
    }

    private func floatMoments(_ values: [Float], channel: Int) -> (mean: Double, standardDeviation: Double) {
        var all: [(Double, Double)] = []
        all.reserveCapacity(count * shape.height * shape.width)
        forEachValue(ofChannel: channel) { all.append((Double(values[$0]), 1)) }
        return Self.moments(all)
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

    /// Moments of weighted values, in two passes so that nothing cancels.
    private static func moments(
        _ weighted: some Collection<(Double, Double)>
    ) -> (mean: Double, standardDeviation: Double) {
        var (weight, sum) = (0.0, 0.0)
        for (value, share) in weighted {
            weight += share
            sum += share * value
        }
        let mean = sum / weight
        var square = 0.0
        for (value, share) in weighted { square += share * (value - mean) * (value - mean) }
        return (mean, (square / weight).squareRoot())
    }
}
