// SPDX-License-Identifier: Apache-2.0
// Mixtures in the plane and the other loops of a chain's step, against plain loops.

import CKernels
import Glibc
import TestSupport
import Testing

@Suite struct PlaneMixtureTests {
    /// Components as the kernel takes them, and the log density that they mean.
    struct Mixture {
        var numbers: [Double]
        var isDiagonal: Bool
        var isTame = true

        static func random(_ count: Int, isDiagonal: Bool) -> Mixture {
            var source = TestNumbers(seed: UInt64(count) + 40)
            return Mixture(
                numbers: (0..<count).flatMap { _ in
                    [
                        source.next(in: -5...5), source.next(in: -5...5), source.next(in: 0.3...2),
                        isDiagonal ? 0 : source.next(in: -1...1), source.next(in: 0.3...2), source.next(in: -9...3),
                    ]
                }, isDiagonal: isDiagonal)
        }

        func kernel(_ points: [Double]) -> [Double] {
            numbers.withUnsafeBufferPointer { numbers in
                var mixture = elbo_plane_mixture(
                    count: numbers.count / 6, components: numbers.baseAddress, is_diagonal: isDiagonal, is_tame: isTame)
                return unaligned(points, outputCount: points.count / 2) {
                    elbo_plane_mixture_log_density(&mixture, $0, $1, points.count / 2)
                }
            }
        }

        func reference(_ x: Double, _ y: Double) -> Double {
            let exponents = stride(from: 0, to: numbers.count, by: 6).map { first -> Double in
                let (dx, dy) = (x - numbers[first], y - numbers[first + 1])
                let u = dx * numbers[first + 2]
                let v = (isDiagonal ? 0 : dx * numbers[first + 3]) + dy * numbers[first + 4]
                return (numbers[first + 5] - u * u - v * v) * M_LN2
            }
            guard let largest = exponents.max(), largest > -.infinity else { return -.infinity }
            return largest + logReference(exponents.reduce(0) { $0 + expReference($1 - largest) })
        }
    }

    @Test(arguments: [1, 2, 6, 19], [false, true]) func everyCountFollowsTheFormula(components: Int, isDiagonal: Bool) {
        let mixture = Mixture.random(components, isDiagonal: isDiagonal)
        var source = TestNumbers(seed: 3)
        let points: [Double] = source.list(2 * 41, in: -12...12)
        let whole = mixture.kernel(points)
        for count in 0...40 {
            // A point has the same bits wherever it stands.
            #expect(mixture.kernel(Array(points[2..<2 + 2 * count])) == Array(whole[1..<1 + count]))
        }
        for (index, value) in whole.enumerated() {
            let expected = mixture.reference(points[2 * index], points[2 * index + 1])
            expectClose(value, expected, relative: 1e-14, absolute: 1e-14)
        }
    }

    @Test(arguments: [false, true]) func farPointsAndHighPeaksAreInRange(isTame: Bool) {
        var mixture = Mixture.random(3, isDiagonal: false)
        mixture.isTame = isTame
        for distance in [20.0, 60, 1e3, 1e8, 1e150] {
            let values = mixture.kernel([0, 0, distance, -distance, -distance, 1])
            expectClose(values[0], mixture.reference(0, 0), relative: 1e-14)
            expectClose(values[1], mixture.reference(distance, -distance), relative: 1e-13)
            expectClose(values[2], mixture.reference(-distance, 1), relative: 1e-13)
        }
        if !isTame {
            mixture.numbers[5] = 5000
            let m = (mixture.numbers[0], mixture.numbers[1])
            expectClose(mixture.kernel([m.0, m.1])[0], 5000 * M_LN2, relative: 1e-14)
        }
    }

    @Test(arguments: [false, true]) func whatIsNoNumberStaysInItsPlace(isTame: Bool) {
        var mixture = Mixture.random(4, isDiagonal: true)
        mixture.isTame = isTame
        for place in 0..<9 {
            var points = [Double](repeating: 0.5, count: 18)
            let plain = mixture.kernel(points)[0]
            for (value, isNaN) in [(Double.nan, true), (.infinity, false), (-.infinity, false)] {
                points[2 * place + place % 2] = value
                let values = mixture.kernel(points)
                for index in values.indices where index != place { #expect(values[index] == plain) }
                if isNaN { #expect(values[place].isNaN) } else { #expect(values[place] == -.infinity) }
            }
        }
    }

    @Test(arguments: [1, 2, 5]) func drawsComeFromTheComponentThatTheUniformNumberChooses(components: Int) {
        var source = TestNumbers(seed: 8)
        let table: [Double] = source.list(5 * components)
        let bounds = (1..<max(components, 1)).map { Double($0) / Double(components) }
        for count in Array(0...40) + [63, 64, 65, 130] {
            var uniforms: [Double] = source.list(count, in: 0...1)
            if count > 2, components > 1 { uniforms[2] = bounds[0] }
            let noise: [Double] = source.list(2 * count)
            let points = unaligned(uniforms, outputCount: 2 * count, initial: noise) {
                elbo_plane_mixture_draws(components, table, bounds, $0, $1, count)
            }
            for index in 0..<count {
                let k = bounds.count { $0 <= uniforms[index] }
                let (a, b) = (noise[2 * index], noise[2 * index + 1])
                expectClose(points[2 * index], table[5 * k] + table[5 * k + 2] * a, absolute: 1e-14)
                expectClose(
                    points[2 * index + 1], table[5 * k + 1] + table[5 * k + 3] * a + table[5 * k + 4] * b,
                    absolute: 1e-14)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8, 11, 25]) func gaussianDrawsAreTheFactorTimesNoise(dimension: Int) {
        var source = TestNumbers(seed: UInt64(dimension))
        let mean: [Double] = source.list(dimension)
        var factor: [Double] = source.list(dimension * dimension)
        for row in 0..<dimension {
            for column in row + 1..<max(dimension, row + 1) { factor[row * dimension + column] = 0 }
        }
        var scratch = [Double](repeating: 0, count: 8 * dimension)
        let noise: [Double] = source.list(40 * dimension)
        func draws(_ first: Int, _ count: Int) -> (points: [Double], squares: [Double]) {
            var points: [Double] = []
            let part = Array(noise[first * dimension..<(first + count) * dimension])
            let squares = unaligned([] as [Double], outputCount: count) { _, squares in
                points = unaligned([] as [Double], outputCount: part.count, initial: part) {
                    elbo_gaussian_draws(dimension, mean, factor, &scratch, $1, squares, count)
                }
            }
            return (points, squares)
        }
        let whole = draws(0, 40)
        for count in 0..<40 {
            let part = draws(1, count)
            #expect(part.points == Array(whole.points[dimension..<dimension * (count + 1)]))
            #expect(part.squares == Array(whole.squares[1..<1 + count]))
        }
        for index in 0..<40 {
            let z = noise[index * dimension..<(index + 1) * dimension]
            expectClose(whole.squares[index], z.reduce(0) { $0 + $1 * $1 }, relative: 1e-14)
            for row in 0..<dimension {
                let expected = zip(factor[row * dimension..<(row + 1) * dimension], z).reduce(mean[row]) {
                    $0 + $1.0 * $1.1
                }
                expectClose(whole.points[index * dimension + row], expected, absolute: 1e-13)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 25]) func acceptedRowsMove(width: Int) {
        var source = TestNumbers(seed: 5)
        for rows in Array(0...40) {
            let accepted = (0..<rows).map { _ in source.next(in: 0...1) > 0.4 }
            let current: [Double] = source.list(rows * width)
            let proposed: [Double] = source.list(rows * width)
            let moved = unaligned(proposed, outputCount: rows * width, initial: current) {
                elbo_move_rows($1, $0, accepted, rows, width)
            }
            #expect(moved == current.indices.map { accepted[$0 / width] ? proposed[$0] : current[$0] })
        }
    }

    @Test func logarithmsAgreeWithTheLibrary() {
        var source = TestNumbers(seed: 2)
        let wide: [Double] = source.list(300, in: -690...690)
        let near: [Double] = source.list(300, in: 0.5...2)
        let numbers =
            wide.map { exp($0) } + near
            + [1, 2, 0.5, 0x1p-1022, 1e308, 1 + 0x1p-52, 1 - 0x1p-53, 0.5.squareRoot(), 2.0.squareRoot(), 0x1p-53]
        for count in Array(0...40) + [numbers.count] {
            let part = Array(numbers.suffix(count))
            let values = unaligned([], outputCount: count, initial: part) { elbo_log_positive($1, count) }
            for (x, value) in zip(part, values) {
                expectClose(value, logReference(x), relative: 5e-16, absolute: 2e-16, "log \(x)")
            }
        }
    }
}
