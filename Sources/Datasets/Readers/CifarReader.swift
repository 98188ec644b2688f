// SPDX-License-Identifier: Apache-2.0
// The binary version of CIFAR: records of label bytes and 3 x 32 x 32 pixels, no header.

/// How the records of a CIFAR file start.
public enum CifarVariant: Sendable {
    /// CIFAR-10: one label byte.
    case ten
    /// CIFAR-100: coarse label (20 classes), then fine label (100 classes); the fine one is used.
    case hundred

    var labelBytes: Int { self == .ten ? 1 : 2 }
    var classes: Int { self == .ten ? 10 : 100 }
    var coarseClasses: Int { 20 }
}

/// Reads a file of records; the number of records follows from its size.
///
/// - Returns: pixels 0…255 in shape [N, 3, 32, 32] and one label per image.
/// - Throws: `DatasetError` naming file, record and byte.
public func readCifarBatch(
    _ path: String, variant: CifarVariant
) throws(DatasetError) -> (pixels: [UInt8], labels: [Int32]) {
    let pixelBytes = 3 * 32 * 32
    let recordBytes = variant.labelBytes + pixelBytes
    let bytes = try ByteSource(path).readToEnd(limit: ByteSource.largestFile)
    guard !bytes.isEmpty, bytes.count % recordBytes == 0 else {
        throw DatasetError(
            .truncated, path, at: "record \(bytes.count / recordBytes)", found: "\(bytes.count) bytes",
            allowed: "one or more records of \(recordBytes) bytes")
    }
    let count = bytes.count / recordBytes
    var pixels: [UInt8] = []
    var labels: [Int32] = []
    pixels.reserveCapacity(count * pixelBytes)
    labels.reserveCapacity(count)
    for record in 0..<count {
        let start = record * recordBytes
        let label = bytes[start + variant.labelBytes - 1]
        guard Int(label) < variant.classes else {
            throw wrongLabel(path, record, start + variant.labelBytes - 1, label, variant.classes)
        }
        if variant == .hundred, Int(bytes[start]) >= variant.coarseClasses {
            throw wrongLabel(path, record, start, bytes[start], variant.coarseClasses)
        }
        labels.append(Int32(label))
        pixels.append(contentsOf: bytes[start + variant.labelBytes..<start + recordBytes])
    }
    return (pixels, labels)
}

private func wrongLabel(_ path: String, _ record: Int, _ byte: Int, _ label: UInt8, _ classes: Int) -> DatasetError {
    DatasetError(
        .corrupted, path, at: "record \(record), byte \(byte)", found: "label \(label)", allowed: "0 to \(classes - 1)")
}
