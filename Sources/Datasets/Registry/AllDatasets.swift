// SPDX-License-Identifier: Apache-2.0
// The table of data sets; a new one is a file in this folder or in Synthetic/ and a row here.

/// Every data set the program can load, built-in ones first.
public let allDatasets: [DatasetKind] = [
    .glyphs, .letters, .shapes, .mnist, .fashionMnist, .kmnist, .cifar10, .cifar100,
]

/// The data set with a name.
///
/// - Throws: `notFound` listing the names there are.
public func datasetKind(named name: String) throws(DatasetError) -> DatasetKind {
    guard let kind = allDatasets.first(where: { $0.name == name }) else {
        throw DatasetError(
            .notFound, "data set", found: "\"\(name)\"",
            allowed: "one of " + allDatasets.map(\.name).joined(separator: ", "))
    }
    return kind
}

/// Loads the data set with a name.
public func loadDataset(named name: String, _ request: DatasetRequest) throws(DatasetError) -> DatasetSplit {
    try datasetKind(named: name).load(request)
}
