// SPDX-License-Identifier: Apache-2.0
// The likelihood of logistic regression against plain loops.

import CKernels
import Glibc
import TestSupport
import Testing

@Suite struct LogisticTests {
    /// Signed features, object by object, and the kernel's panels of them.
    struct Table {
        let objects: Int
        let dimension: Int
        let features: [Double]
        let panels: [Double]

        init(_ objects: Int, _ dimension: Int) {
            var source = TestNumbers(seed: UInt64(objects * 100 + dimension))
            let features: [Double] = source.list(objects * dimension)
            var panels = [Double](repeating: 0, count: (objects + 7) / 8 * 8 * dimension)
            for index in features.indices {
                let (object, axis) = (index / dimension, index % dimension)
                panels[(object / 8 * dimension + axis) * 8 + object % 8] = -features[index] / M_LN2
            }
            (self.objects, self.dimension, self.features, self.panels) = (objects, dimension, features, panels)
        }

        /// Values and gradients of the kernel; the values are checked against those without gradients.
        func kernel(_ points: [Double]) -> (values: [Double], gradients: [Double]) {
            let count = points.count / dimension
            return panels.withUnsafeBufferPointer { panels in
                var data = elbo_logistic_data(objects: objects, dimension: dimension, panels: panels.baseAddress)
                let alone = unaligned(points, outputCount: count) {
                    elbo_logistic_log_likelihood(&data, $0, $1, nil, count)
                }
                var values: [Double] = []
                let gradients = unaligned(points, outputCount: points.count) { points, gradients in
                    values = unaligned([], outputCount: count) {
                        elbo_logistic_log_likelihood(&data, points, $1, gradients, count)
                    }
                }
                for (a, b) in zip(values, alone) { expectClose(a, b, relative: 1e-15) }
                return (alone, gradients)
            }
        }

        func reference(_ point: ArraySlice<Double>) -> (value: Double, gradient: [Double]) {
            var value = 0.0
            var gradient = [Double](repeating: 0, count: dimension)
            for object in 0..<objects {
                let row = features[object * dimension..<(object + 1) * dimension]
                let t = zip(row, point).reduce(0) { $0 + $1.0 * $1.1 }
                value -= max(-t, 0) + log1p(exp(-abs(t)))
                for (axis, x) in row.enumerated() { gradient[axis] += x / (1 + exp(t)) }
            }
            return (value, gradient)
        }

        /// Compares; `scale` is what a gradient's terms may add up to.
        func expectReference(_ points: [Double]) {
            let (values, gradients) = kernel(points)
            for index in values.indices {
                let rows = index * dimension..<(index + 1) * dimension
                let expected = reference(points[rows])
                expectClose(values[index], expected.value, relative: 1e-13, absolute: 1e-14 * Double(objects))
                for (gradient, exact) in zip(gradients[rows], expected.gradient) {
                    expectClose(gradient, exact, relative: 1e-12, absolute: 1e-13 * Double(objects))
                }
            }
        }
    }

    @Test func everyCountOfObjectsAndPointsFollowsTheFormula() {
        for size in 0...40 {
            var source = TestNumbers(seed: UInt64(size))
            Table(size, 3).expectReference(source.list(5 * 3))
            Table(11, 3).expectReference(source.list(size * 3))
            if size > 0 { Table(13, size).expectReference(source.list(3 * size, in: -0.5...0.5)) }
        }
        // More objects than factors of one logarithm, and than slopes of one block.
        for objects in [255, 256, 257, 4095, 4096, 4097, 9000] {
            var source = TestNumbers(seed: UInt64(objects))
            Table(objects, 2).expectReference(source.list(2 * 2))
        }
    }

    @Test func exponentsOfAnySizeAreInRange() {
        for scale in [1e-300, 1e-9, 10, 300, 1e5, 1e300] {
            var source = TestNumbers(seed: 6)
            let points: [Double] = source.list(7 * 3).map { scale * $0 }
            Table(21, 3).expectReference(points)
        }
    }

    @Test func whatIsNoNumberStaysInItsPoint() {
        let table = Table(21, 3)
        var source = TestNumbers(seed: 7)
        let points: [Double] = source.list(9 * 3)
        let plain = table.kernel(points)
        for place in 0..<9 {
            for value in [Double.nan, .infinity] {
                var changed = points
                changed[3 * place + place % 3] = value
                let (values, gradients) = table.kernel(changed)
                for index in 0..<9 where index != place {
                    #expect(values[index] == plain.values[index])
                    #expect(gradients[3 * index..<3 * index + 3] == plain.gradients[3 * index..<3 * index + 3])
                }
                // Some object is on the wrong side of an infinite weight.
                if value.isNaN { #expect(values[place].isNaN) } else { #expect(values[place] == -.infinity) }
            }
        }
    }

    @Test func threadsAndNeighboursChangeNoBit() {
        let table = Table(4001, 12)
        var source = TestNumbers(seed: 8)
        let points: [Double] = source.list(61 * 12)
        let (one, two) = withOneAndTwoThreads { table.kernel(points) }
        #expect(one.values == two.values && one.gradients == two.gradients)
        for index in [0, 3, 4, 30, 60] {
            let alone = table.kernel(Array(points[12 * index..<12 * (index + 1)]))
            #expect(alone.values[0] == one.values[index])
            #expect(alone.gradients == Array(one.gradients[12 * index..<12 * (index + 1)]))
        }
    }
}
