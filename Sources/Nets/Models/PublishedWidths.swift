// SPDX-License-Identifier: Apache-2.0
// The published tables of pruned networks, as numbers to compare with.

/// A row of the tables of [NMAV17] and [Nek20]: which units a method left of a network, and what that was worth.
package struct PublishedWidths: Sendable, Equatable, CustomStringConvertible {
    /// The network that was pruned.
    package enum Network: Sendable, Equatable, CustomStringConvertible {
        /// `Architecture.leNet500300`.
        case leNet500300
        /// `Architecture.leNet5`.
        case leNet5
        /// `Architecture.vggLike` at a width multiplier.
        case vggLike(k: Double)

        /// Its name with the width multiplier.
        package var description: String {
            switch self {
            case .leNet500300: "lenet500-300"
            case .leNet5: "lenet5"
            case .vggLike(let k): "vgg-like k=\(k)"
            }
        }

        /// The network with all its units.
        package var architecture: Architecture {
            switch self {
            case .leNet500300: .leNet500300()
            case .leNet5: .leNet5()
            case .vggLike(let k): .vggLike(k: k)
            }
        }
    }

    /// The network.
    package let network: Network
    /// The method as the tables call it; `Original` is the network before pruning.
    package let method: String
    /// Test error, percent.
    package let error: Double
    /// Units per layer as published, without the classes.
    ///
    /// Inputs and layers of LeNet-500-300, the four gates of LeNet-5, thirteen convolutions and a dense layer of VGG-like.
    package let widths: [Int]
    /// Time on a CPU before over after, on the authors' machine.
    package let cpuRatio: Double
    /// Operations before over after.
    ///
    /// For LeNet-5 the published numbers are not those of multiply-accumulates, which are 2.01, 4.53 and 10.78; how they
    /// were counted is not known. For the other networks they are.
    package let operationsRatio: Double

    private init(
        _ network: Network, _ method: String, error: Double, _ widths: [Int], cpu: Double, operations: Double
    ) {
        (self.network, self.method, self.error, self.widths) = (network, method, error, widths)
        (cpuRatio, operationsRatio) = (cpu, operations)
    }

    /// Units behind each gate of the network: in the published lists of VGG-like the thirteenth convolution and the
    /// flattened features are the same units.
    package var survivors: [Int] {
        if case .vggLike = network { return widths[..<13] + [widths[12], widths[13]] }
        return widths
    }

    /// The network that is left, without gates.
    ///
    /// The row of SSL for LeNet-5 lists all 800 features behind 12 channels, which have only 192; the network has these.
    package var narrow: Architecture {
        var remaining = survivors
        if network == .leNet5 { remaining[2] = min(remaining[2], 16 * remaining[1]) }
        return network.architecture.narrowed(to: remaining)
    }

    /// Network and method.
    package var description: String { "\(network) \(method)" }

    /// All rows in the order of the tables.
    package static let all: [PublishedWidths] = leNet500300 + leNet5 + vggLike + wideVGGLike

    private static let leNet500300: [PublishedWidths] = [
        .init(.leNet500300, "Original", error: 1.54, [784, 500, 300], cpu: 1, operations: 1),
        .init(.leNet500300, "SparseVD", error: 1.57, [537, 217, 130], cpu: 1.19, operations: 3.73),
        .init(.leNet500300, "SSL", error: 1.49, [434, 174, 78], cpu: 2.21, operations: 6.06),
        .init(.leNet500300, "StructuredBP", error: 1.55, [245, 160, 55], cpu: 2.33, operations: 11.23),
    ]

    private static let leNet5: [PublishedWidths] = [
        .init(.leNet5, "Original", error: 0.80, [20, 50, 800, 500], cpu: 1, operations: 1),
        .init(.leNet5, "SparseVD", error: 0.75, [17, 32, 329, 75], cpu: 1.48, operations: 2.19),
        .init(.leNet5, "SSL", error: 1.00, [3, 12, 800, 500], cpu: 5.17, operations: 3.90),
        .init(.leNet5, "StructuredBP", error: 0.86, [3, 18, 284, 283], cpu: 5.41, operations: 10.49),
    ]

    private static let vggLike: [PublishedWidths] = [
        .init(
            .vggLike(k: 1), "Original", error: 7.2,
            [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512], cpu: 1, operations: 1),
        .init(
            .vggLike(k: 1), "SparseVD", error: 7.2,
            [64, 62, 128, 126, 234, 155, 31, 81, 76, 9, 138, 101, 413, 373], cpu: 2.50, operations: 2.27),
        .init(
            .vggLike(k: 1), "StructuredBP", error: 7.5,
            [64, 62, 128, 126, 234, 155, 31, 79, 73, 9, 59, 73, 56, 27], cpu: 2.71, operations: 2.30),
        .init(
            .vggLike(k: 1), "StructuredBPa", error: 9.0,
            [44, 54, 92, 115, 234, 155, 31, 76, 55, 9, 34, 35, 21, 280], cpu: 3.68, operations: 3.16),
    ]

    private static let wideVGGLike: [PublishedWidths] = [
        .init(
            .vggLike(k: 1.5), "Original", error: 6.8,
            [96, 96, 192, 192, 384, 384, 384, 768, 768, 768, 768, 768, 768, 768], cpu: 1, operations: 1),
        .init(
            .vggLike(k: 1.5), "SparseVD", error: 7.0,
            [96, 78, 191, 146, 254, 126, 27, 79, 74, 9, 137, 100, 416, 479], cpu: 3.35, operations: 3.27),
        .init(
            .vggLike(k: 1.5), "StructuredBP", error: 7.2,
            [96, 77, 190, 146, 254, 126, 26, 79, 70, 9, 71, 82, 79, 49], cpu: 3.63, operations: 3.32),
        .init(
            .vggLike(k: 1.5), "StructuredBPa", error: 7.8,
            [77, 74, 161, 146, 254, 125, 26, 78, 66, 9, 47, 55, 54, 237], cpu: 4.47, operations: 3.93),
    ]
}
