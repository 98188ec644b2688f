// SPDX-License-Identifier: Apache-2.0
// The published files, where they are at hand: in $ELBO_DATA or in ../shared/data beside the package.

import Datasets
import Glibc
import TestSupport
import Testing

/// The folder with real data, or `nil`.
private let dataFolder: String? = {
    if let named = getenv("ELBO_DATA") { return String(cString: named) }
    let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
    let beside = "\(package)/../shared/data"
    return access("\(beside)/README.md", R_OK) == 0 ? beside : nil
}()

/// Whether all files of a part are there.
private func has(_ name: String, _ part: DatasetPart) -> Bool {
    guard let dataFolder, let kind = try? datasetKind(named: name) else { return false }
    return kind.locate(in: [dataFolder]).contains { $0.file.part == part && $0.found != nil }
}

@Suite("Real data") struct RealDataTests {
    @Test(.enabled(if: has("mnist", .train) && has("mnist", .test), "no MNIST in ELBO_DATA"))
    func mnistHasItsPublishedMoments() throws {
        let split = try loadDataset(named: "mnist", DatasetRequest(directories: [dataFolder!]))
        #expect(split.train.count == 60_000 && split.test.count == 10_000)
        #expect(split.notes.isEmpty)
        #expect(split.train.labelCounts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
        let moments = split.train.channelMoments[0]
        expectClose(moments.mean, 0.1307, absolute: 5e-5, "mean")
        expectClose(moments.standardDeviation, 0.3081, absolute: 5e-5, "standard deviation")
    }

    @Test(.enabled(if: has("fashion-mnist", .train), "no Fashion-MNIST in ELBO_DATA"))
    func fashionMnistHasItsPublishedMoments() throws {
        let split = try loadDataset(named: "fashion-mnist", DatasetRequest(directories: [dataFolder!]))
        #expect(split.train.labelCounts == [Int](repeating: 6000, count: 10))
        #expect(split.test.labelCounts == [Int](repeating: 1000, count: 10))
        let moments = split.train.channelMoments[0]
        expectClose(moments.mean, 0.2860, absolute: 5e-5, "mean")
        expectClose(moments.standardDeviation, 0.3530, absolute: 5e-5, "standard deviation")
    }

    @Test(.enabled(if: has("kmnist", .test), "no KMNIST in ELBO_DATA"))
    func kuzushijiTestPartHasEachClassEquallyOften() throws {
        let request = DatasetRequest(directories: [dataFolder!], requiredParts: [.test])
        #expect(
            try loadDataset(named: "kmnist", request).test.labelCounts == [Int](repeating: 1000, count: 10))
    }

    @Test(.enabled(if: has("cifar10", .train) && has("cifar10", .test), "no CIFAR-10 in ELBO_DATA"))
    func cifarHasNearlyThePublishedChannelMeansAndItsFirstTestImages() throws {
        let split = try loadDataset(named: "cifar10", DatasetRequest(directories: [dataFolder!]))
        #expect(split.train.count.isMultiple(of: 10_000))
        // The means are those of all five batches; the standard error of one batch of 10000 is about 0.0025.
        for (moments, mean) in zip(split.train.channelMoments, [0.4914, 0.4822, 0.4465]) {
            expectClose(moments.mean, mean, absolute: 0.005, "channel mean")
        }
        #expect(split.test.prefix(1000).labelCounts == [103, 89, 100, 103, 90, 86, 112, 102, 106, 109])
    }
}
