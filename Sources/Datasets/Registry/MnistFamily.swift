// SPDX-License-Identifier: Apache-2.0
// MNIST and the sets that share its four idx files: 28 x 28 grey images in ten classes.

extension DatasetKind {
    /// Handwritten digits.
    public static let mnist = idxFamily(
        "mnist", "handwritten digits, 60000 + 10000", classNames: (0..<10).map(String.init),
        from: "https://ossci-datasets.s3.amazonaws.com/mnist/",
        md5: [
            "f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432", "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c",
        ])

    /// Articles of clothing.
    public static let fashionMnist = idxFamily(
        "fashion-mnist", "articles of clothing, 60000 + 10000",
        classNames: [
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
        ],
        from: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        md5: [
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe", "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ])

    /// Cursive Japanese characters.
    public static let kmnist = idxFamily(
        "kmnist", "cursive Japanese characters, 60000 + 10000",
        classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
        from: "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        md5: [
            "bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344", "5c965bf0a639b31b8f53240b1b52f4d7",
            "7320c461ea6c1c855c0b718fb2a4b134",
        ])

    private static func idxFamily(
        _ name: String, _ summary: String, classNames: [String], from place: String, md5: [String]
    ) -> DatasetKind {
        let files = [("train", DatasetPart.train), ("t10k", .test)].flatMap { prefix, part in
            ["images-idx3-ubyte", "labels-idx1-ubyte"].map { ending in
                DataFile(path: "\(name)/\(prefix)-\(ending)", part: part, mayBeCompressed: true)
            }
        }
        return DatasetKind(
            name: name, summary: summary, shape: ImageShape(channels: 1, height: 28, width: 28),
            classNames: classNames, origin: .files(files),
            downloads: Download.idxFamily(name, from: place, md5: md5), loader: loadIdxFamily)
    }
}

private func loadIdxFamily(_ kind: DatasetKind, _ request: DatasetRequest) throws(DatasetError) -> DatasetSplit {
    var notes: [String] = []
    var parts: [DatasetPart: ImageDataset] = [:]
    for part in DatasetPart.allCases {
        let files = kind.locate(in: request.directories).filter { $0.file.part == part }
        if let images = files[0].found, let labels = files[1].found {
            parts[part] = try readPart(kind, part, images: images, labels: labels, limit: request.count(of: part))
        } else {
            let missing = files.first { $0.found == nil }?.file.candidates.joined(separator: " or ") ?? ""
            if request.requiredParts.contains(part) { throw kind.missing(part, missing, request) }
            notes.append("\(kind.name): no \(part.rawValue) part (\(missing) not found)")
        }
    }
    return DatasetSplit(
        train: parts[.train] ?? kind.empty(.train), test: parts[.test] ?? kind.empty(.test), notes: notes)
}

private func readPart(
    _ kind: DatasetKind, _ part: DatasetPart, images: String, labels: String, limit: Int?
) throws(DatasetError) -> ImageDataset {
    let read = try readIdxImages(images)
    guard read.shape == kind.shape else {
        throw DatasetError(
            .corrupted, images, at: "byte 8", found: "images of \(read.shape)", allowed: "\(kind.shape)")
    }
    let classes = try readIdxLabels(labels, classes: kind.classNames.count)
    guard classes.count == read.count else {
        throw DatasetError(
            .corrupted, labels, at: "byte 4", found: "\(classes.count) labels", allowed: "\(read.count), one per image")
    }
    let all = ImageDataset(
        name: "\(kind.name) \(part.rawValue)", shape: kind.shape, pixels: .bytes(read.pixels), labels: classes,
        classNames: kind.classNames, source: images)
    return limit.map(all.prefix) ?? all
}
