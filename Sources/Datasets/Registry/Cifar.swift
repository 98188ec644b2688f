// SPDX-License-Identifier: Apache-2.0
// CIFAR-10 and CIFAR-100 in the binary version, folders cifar10/ and cifar100/.

extension DatasetKind {
    /// Small colour photographs in ten classes; uses the training batches that are there.
    public static let cifar10 = DatasetKind(
        name: "cifar10", summary: "small colour photographs, 50000 + 10000", shape: cifarShape,
        classNames: [
            "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
        ],
        origin: .files(
            (1...5).map { DataFile(path: "cifar10/data_batch_\($0).bin", part: .train, mayBeCompressed: false) }
                + [DataFile(path: "cifar10/test_batch.bin", part: .test, mayBeCompressed: false)]),
        downloads: [
            .cifar(
                "cifar10", archive: "cifar-10-binary.tar.gz", inside: "cifar-10-batches-bin",
                md5: "c32a1d4ab5d03f1284b67883e8d87530",
                files: (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"])
        ],
        loader: { kind, request throws(DatasetError) in try loadCifar(kind, request, .ten) })

    /// Small colour photographs in a hundred classes (the fine labels).
    public static let cifar100 = DatasetKind(
        name: "cifar100", summary: "small colour photographs in 100 classes, 50000 + 10000", shape: cifarShape,
        classNames: cifar100Classes,
        origin: .files([
            DataFile(path: "cifar100/train.bin", part: .train, mayBeCompressed: false),
            DataFile(path: "cifar100/test.bin", part: .test, mayBeCompressed: false),
        ]),
        downloads: [
            .cifar(
                "cifar100", archive: "cifar-100-binary.tar.gz", inside: "cifar-100-binary",
                md5: "03b5dce01913d631647c71ecec9e9cb8", files: ["train.bin", "test.bin"])
        ],
        loader: { kind, request throws(DatasetError) in try loadCifar(kind, request, .hundred) })

    private static let cifarShape = ImageShape(channels: 3, height: 32, width: 32)

    private static let cifar100Classes =
        """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle \
        caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant \
        flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man \
        maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree \
        plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper \
        snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train \
        trout tulip turtle wardrobe whale willow_tree wolf woman worm
        """.split(separator: " ").map(String.init)
}

private func loadCifar(
    _ kind: DatasetKind, _ request: DatasetRequest, _ variant: CifarVariant
) throws(DatasetError) -> DatasetSplit {
    var notes: [String] = []
    var parts: [DatasetPart: ImageDataset] = [:]
    for part in DatasetPart.allCases {
        let files = kind.locate(in: request.directories).filter { $0.file.part == part }
        let present = files.compactMap(\.found)
        let absent = files.filter { $0.found == nil }.map(\.file.path)
        if present.isEmpty {
            if request.requiredParts.contains(part) { throw kind.missing(part, absent[0], request) }
            notes.append("\(kind.name): no \(part.rawValue) part (\(absent[0]) not found)")
            continue
        }
        parts[part] = try readCifarFiles(kind, part, present, variant, limit: request.count(of: part))
        if !absent.isEmpty {
            notes.append(
                "\(kind.name): \(part.rawValue) part from \(present.count) of \(files.count) files, without "
                    + absent.joined(separator: ", "))
        }
    }
    if let test = parts[.test], request.testCount == nil, test.count < 10_000 {
        notes.append("\(kind.name): the test part has \(test.count) of 10000 images")
    }
    return DatasetSplit(
        train: parts[.train] ?? kind.empty(.train), test: parts[.test] ?? kind.empty(.test), notes: notes)
}

private func readCifarFiles(
    _ kind: DatasetKind, _ part: DatasetPart, _ paths: [String], _ variant: CifarVariant, limit: Int?
) throws(DatasetError) -> ImageDataset {
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    for path in paths where labels.count < limit ?? .max {
        let batch = try readCifarBatch(path, variant: variant)
        pixels.append(contentsOf: batch.pixels)
        labels.append(contentsOf: batch.labels)
    }
    let all = ImageDataset(
        name: "\(kind.name) \(part.rawValue)", shape: kind.shape, pixels: .bytes(pixels), labels: labels,
        classNames: kind.classNames, source: paths.joined(separator: ", "))
    return limit.map(all.prefix) ?? all
}
