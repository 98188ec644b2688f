// SPDX-License-Identifier: Apache-2.0
// Factors per channel in every layout against loops over logical indices.

import CKernels
import TestSupport
import Testing

private struct ChannelCase {
    let batch: Int, channels: Int, spatial: Int, block: Int

    var layout: elbo_channel_layout {
        elbo_channel_layout(batch: batch, channels: channels, spatial: spatial, block: block)
    }
    var blocks: Int { (channels + block - 1) / block }
    var count: Int { batch * blocks * spatial * block }
    var what: String { "n \(batch), c \(channels), s \(spatial), block \(block)" }

    func place(_ n: Int, _ c: Int, _ s: Int) -> Int {
        ((n * blocks + c / block) * spatial + s) * block + c % block
    }

    /// Random elements, with the zeros in the padding that oneDNN keeps there.
    func elements(seed: UInt64) -> [Float] {
        var numbers = TestNumbers(seed: seed)
        var x = [Float](repeating: 0, count: count)
        for n in 0..<batch {
            for c in 0..<channels {
                for s in 0..<spatial { x[place(n, c, s)] = Float(numbers.next(in: -2...2)) }
            }
        }
        return x
    }
}

private let cases: [ChannelCase] = {
    var result: [ChannelCase] = []
    for (batch, channels, spatial) in [
        (1, 1, 1), (3, 5, 7), (2, 16, 9), (4, 20, 1), (1, 33, 4), (100, 10, 1), (2, 64, 300), (0, 3, 4),
    ] {
        for block in [1, channels, 8, 16] where block <= 16 || block == channels {
            result.append(ChannelCase(batch: batch, channels: channels, spatial: spatial, block: block))
        }
    }
    result.append(ChannelCase(batch: 3, channels: 600, spatial: 5, block: 600))
    return result
}()

@Suite struct ChannelTests {
    @Test("scaling in plain, channels-last and blocked layouts", arguments: [false, true])
    func scales(perSample: Bool) {
        for test in cases {
            let x = test.elements(seed: 3)
            var numbers = TestNumbers(seed: 4)
            let factor: [Float] = numbers.list(perSample ? test.batch * test.channels : test.channels)
            var expected = [Float](repeating: 0, count: test.count)
            for n in 0..<test.batch {
                for c in 0..<test.channels {
                    for s in 0..<test.spatial {
                        let place = test.place(n, c, s)
                        expected[place] = x[place] * factor[(perSample ? n * test.channels : 0) + c]
                    }
                }
            }
            var layout = test.layout
            let y = unaligned(x, outputCount: test.count) {
                elbo_scale_channels_f32($0, factor, perSample, $1, &layout)
            }
            #expect(y == expected, "\(test.what)")
            let inPlace = unaligned(factor, outputCount: test.count, initial: x) {
                elbo_scale_channels_f32($1, $0, perSample, $1, &layout)
            }
            #expect(inPlace == expected, "\(test.what)")
            let wide = unaligned(x.map(Double.init), outputCount: test.count) {
                elbo_scale_channels_f64($0, factor.map(Double.init), perSample, $1, &layout)
            }
            #expect(wide.map { Float($0) } == expected, "\(test.what)")
        }
    }

    @Test(
        "factor and offset in one pass, the same bits for one thread and two", arguments: [false, true], [false, true])
    func shiftsAndScales(perSample: Bool, rectified: Bool) {
        for test in cases {
            let x = test.elements(seed: 7)
            var numbers = TestNumbers(seed: 8)
            let count = perSample ? test.batch * test.channels : test.channels
            let (factor, offset): ([Float], [Float]) = (numbers.list(count), numbers.list(count))
            var expected = [Double](repeating: 0, count: test.count)
            for n in 0..<test.batch {
                for c in 0..<test.channels {
                    let constant = (perSample ? n * test.channels : 0) + c
                    for s in 0..<test.spatial {
                        let place = test.place(n, c, s)
                        let value = Double(x[place]) * Double(factor[constant]) + Double(offset[constant])
                        expected[place] = rectified ? max(value, 0) : value
                    }
                }
            }
            var layout = test.layout
            let (one, two) = withOneAndTwoThreads {
                unaligned(x, outputCount: test.count) {
                    elbo_affine_channels_f32($0, factor, offset, perSample, 1, rectified, $1, &layout)
                }
            }
            expectClose(one.map(Double.init), expected, relative: 1e-6, absolute: 1e-6, test.what)
            #expect(one == two, "\(test.what)")
            guard perSample, test.batch > 0 else { continue }
            // Three copies of every sample, each with the constants of its first.
            let sample = x.count / test.batch
            func copied(_ values: [Float], _ size: Int) -> [Float] {
                (0..<test.batch).flatMap { n in (0..<3).flatMap { _ in values[n * size..<(n + 1) * size] } }
            }
            layout.batch *= 3
            let copies = unaligned(x, outputCount: 3 * test.count) {
                elbo_affine_channels_f32(
                    $0, copied(factor, test.channels), copied(offset, test.channels), true, 3, rectified, $1, &layout)
            }
            #expect(copies == copied(one, sample), "\(test.what)")
        }
    }

    @Test("the gradient sums over what shares a factor", arguments: [false, true])
    func differentiates(perSample: Bool) {
        for test in cases {
            let (x, dy) = (test.elements(seed: 5), test.elements(seed: 6))
            let count = perSample ? test.batch * test.channels : test.channels
            var expected = [Double](repeating: 0, count: count)
            for n in 0..<test.batch {
                for c in 0..<test.channels {
                    for s in 0..<test.spatial {
                        let place = test.place(n, c, s)
                        expected[(perSample ? n * test.channels : 0) + c] += Double(x[place]) * Double(dy[place])
                    }
                }
            }
            var layout = test.layout
            let (one, two) = withOneAndTwoThreads {
                unaligned(x, outputCount: count) { elbo_scale_channels_gradient_f32($0, dy, perSample, $1, &layout) }
            }
            expectClose(one.map(Double.init), expected, relative: 1e-5, absolute: 1e-4, test.what)
            #expect(one == two, "\(test.what)")
            let wide = unaligned(x.map(Double.init), outputCount: count) {
                elbo_scale_channels_gradient_f64($0, dy.map(Double.init), perSample, $1, &layout)
            }
            expectClose(wide, expected, relative: 1e-12, absolute: 1e-12, test.what)
        }
    }
}
