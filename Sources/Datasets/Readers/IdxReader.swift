// SPDX-License-Identifier: Apache-2.0
// The idx format of MNIST and its kin: big-endian sizes, then bytes.

/// Images of an idx file.
public struct IdxImages: Sendable {
    /// Number of images.
    public var count: Int
    /// One channel, height and width.
    public var shape: ImageShape
    /// Values 0…255, shape [N, H, W].
    public var pixels: [UInt8]
}

/// Reads images of unsigned bytes (magic number 0x00000803), plain or gzip.
///
/// - Throws: `DatasetError` naming file and byte offset.
public func readIdxImages(_ path: String) throws(DatasetError) -> IdxImages {
    let source = try ByteSource(path)
    let sizes = try readIdxHeader(source, dimensions: 3)
    let (count, height, width) = (sizes[0], sizes[1], sizes[2])
    // 4096 keeps the product of the three sizes, each below 2^32, within 64 bits.
    guard (1...4096).contains(height), (1...4096).contains(width) else {
        throw DatasetError(
            .corrupted, path, at: "byte 8", found: "images of \(height) x \(width) pixels",
            allowed: "1 to 4096 pixels in each direction")
    }
    let pixels = try source.read(count * height * width, of: "\(count) images of \(height) x \(width)")
    try source.expectEnd("the end of the file after \(count) images")
    return IdxImages(count: count, shape: ImageShape(channels: 1, height: height, width: width), pixels: pixels)
}

/// Reads labels (magic number 0x00000801), plain or gzip.
///
/// - Parameter classes: labels must be below this.
/// - Throws: `DatasetError` naming file and byte offset.
public func readIdxLabels(_ path: String, classes: Int) throws(DatasetError) -> [Int32] {
    let source = try ByteSource(path)
    let count = try readIdxHeader(source, dimensions: 1)[0]
    let bytes = try source.read(count, of: "\(count) labels")
    try source.expectEnd("the end of the file after \(count) labels")
    if let bad = bytes.firstIndex(where: { Int($0) >= classes }) {
        throw DatasetError(
            .corrupted, path, at: "byte \(8 + bad)", found: "label \(bytes[bad])", allowed: "0 to \(classes - 1)")
    }
    return bytes.map(Int32.init)
}

/// The sizes after the magic number; the first, the number of objects, is positive.
private func readIdxHeader(_ source: ByteSource, dimensions: Int) throws(DatasetError) -> [Int] {
    let magic = try source.readUInt32(of: "the magic number")
    // Two zero bytes, the type (8 = unsigned byte), the number of dimensions.
    let expected = 0x0800 | UInt32(dimensions)
    guard magic == expected else {
        throw DatasetError(
            .corrupted, source.path, at: "byte 0", found: "magic number \(hexadecimal(magic))",
            allowed: "\(hexadecimal(expected)), idx bytes in \(dimensions) dimension\(dimensions == 1 ? "" : "s")")
    }
    var sizes: [Int] = []
    for _ in 0..<dimensions { sizes.append(Int(try source.readUInt32(of: "a size"))) }
    guard sizes[0] > 0 else {
        throw DatasetError(.corrupted, source.path, at: "byte 4", found: "no objects", allowed: "at least 1")
    }
    return sizes
}

private func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
