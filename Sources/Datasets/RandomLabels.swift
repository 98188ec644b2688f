// SPDX-License-Identifier: Apache-2.0
// Labels without information, to see whether a method memorises.

import Probability

extension ImageDataset {
    /// The same images with labels drawn once, independently and uniformly over the classes.
    ///
    /// The random-label experiment of [SBP]: a method that prunes should find nothing to learn. Test labels stay true.
    public func withRandomLabels(seed: UInt64) -> ImageDataset {
        var stream = RandomStream(seed: seed, purpose: .randomLabels)
        var result = relabeled(labels.map { _ in Int32(stream.integer(below: classes)) })
        result.name += ", random labels"
        return result
    }
}
