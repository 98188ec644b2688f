// SPDX-License-Identifier: Apache-2.0
// Whether tensors still hold what they held before, for results that are kept as long as they are right.

/// The contents of some tensors at one moment, by identity and version instead of by value.
///
/// It holds the tensors' memory, so that no other tensor can come to lie where one of them was.
public struct ContentStamp {
    private let storages: [Storage]
    private let versions: [Int]

    /// Remembers the contents of tensors.
    public init(_ tensors: [Tensor]) {
        storages = tensors.map(\.storage)
        versions = storages.map(\.version)
    }

    /// Whether these are the same tensors with the same contents, in the same order.
    public func isCurrent(_ tensors: [Tensor]) -> Bool {
        tensors.count == storages.count
            && tensors.indices.allSatisfy {
                tensors[$0].storage === storages[$0] && storages[$0].version == versions[$0]
            }
    }
}
