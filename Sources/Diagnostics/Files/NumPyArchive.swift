// SPDX-License-Identifier: Apache-2.0
// Arrays as an .npz file: a zip archive of .npy members, stored without compression, as numpy.savez makes it.

/// Collects arrays and gives the bytes of an archive that `numpy.load` opens.
public struct NumPyArchive: Sendable {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var memberCount: UInt16 = 0

    /// An archive without members.
    public init() {}

    /// Adds an array of 64-bit floating point numbers in row-major order.
    ///
    /// - Parameters:
    ///   - name: key of the array in NumPy; ASCII letters, digits, `_` and `.`.
    ///   - shape: sizes of the dimensions.
    ///   - values: the numbers, as many as the shape says.
    /// - Precondition: the archive stays below 4 GB, the limit of a plain zip archive.
    public mutating func add(_ name: String, shape: [Int], _ values: [Double]) {
        guard values.count == shape.reduce(1, *) else {
            fatalError("NumPyArchive: \(values.count) numbers for shape \(shape)")
        }
        var data = Self.header("<f8", shape)
        data.reserveCapacity(data.count + 8 * values.count)
        for value in values { Self.append(value.bitPattern, to: &data) }
        append(name, data)
    }

    /// Adds a list of texts, as fixed-width Unicode.
    public mutating func add(_ name: String, texts: [String]) {
        let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 0)
        var data = Self.header("<U\(width)", [texts.count])
        for text in texts {
            let scalars = text.unicodeScalars.map(\.value)
            for scalar in scalars + [UInt32](repeating: 0, count: width - scalars.count) {
                Self.append(scalar, to: &data)
            }
        }
        append(name, data)
    }

    /// The whole archive: members, central directory, end record.
    public var data: [UInt8] {
        var result = bytes + directory
        Self.append(UInt32(0x0605_4B50), to: &result)
        for field: UInt16 in [0, 0, memberCount, memberCount] { Self.append(field, to: &result) }
        Self.append(UInt32(directory.count), to: &result)
        Self.append(UInt32(bytes.count), to: &result)
        Self.append(UInt16(0), to: &result)
        return result
    }

    /// Version 1.0 of the npy format; magic, dictionary and padding are a multiple of 64 bytes.
    private static func header(_ type: String, _ shape: [Int]) -> [UInt8] {
        let sizes = shape.map { "\($0)," }.joined(separator: " ")
        let dictionary = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
        let used = 10 + dictionary.utf8.count + 1
        let padding = (64 - used % 64) % 64
        var header: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        append(UInt16(dictionary.utf8.count + padding + 1), to: &header)
        header += Array(dictionary.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0A]
        return header
    }

    private mutating func append(_ name: String, _ data: [UInt8]) {
        let allowed = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || (byte >= 0x30 && byte <= 0x39)
                || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
        }
        guard allowed, !name.isEmpty else { fatalError("NumPyArchive: \(name) is no name of a member") }
        // The central directory needs room below 4 GB as well.
        guard bytes.count + data.count < 1 << 32 - 1 << 20 else { fatalError("NumPyArchive: more than 4 GB") }
        let offset = UInt32(bytes.count)
        let file = Array("\(name).npy".utf8)
        // Version 2.0, no flags, stored, midnight of 1 January 1980: the same arrays give the same bytes.
        var fields: [UInt8] = []
        for field: UInt16 in [20, 0, 0, 0, 0x0021] { Self.append(field, to: &fields) }
        for field in [Self.checksum(data), UInt32(data.count), UInt32(data.count)] { Self.append(field, to: &fields) }
        for field in [UInt16(file.count), 0] { Self.append(field, to: &fields) }
        Self.append(UInt32(0x0403_4B50), to: &bytes)
        bytes += fields + file + data
        Self.append(UInt32(0x0201_4B50), to: &directory)
        Self.append(UInt16(20), to: &directory)
        directory += fields
        for field: UInt16 in [0, 0, 0, 0, 0] { Self.append(field, to: &directory) }
        Self.append(offset, to: &directory)
        directory += file
        memberCount += 1
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    /// The CRC-32 of zip.
    private static func checksum(_ data: [UInt8]) -> UInt32 {
        ~data.reduce(~0) { checksumTable[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }

    private static let checksumTable: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}

extension NumPyArchive {
    /// An archive of draws: `draws` of shape (chains, draws, quantities) with the names in `parameters`; `statistics`
    /// likewise with the names in `statistic_names`.
    public init(_ parameters: Draws, statistics: Draws? = nil) {
        self.init()
        add("draws", of: parameters, names: "parameters")
        if let statistics { add("statistics", of: statistics, names: "statistic_names") }
    }

    /// Names from outside become the contents of an array: they could not all be names of members.
    private mutating func add(_ name: String, of draws: Draws, names: String) {
        let (rows, width) = (draws.chainCount * draws.drawCount, draws.names.count)
        var values = [Double](repeating: 0, count: rows * width)
        for quantity in 0..<width {
            for row in 0..<rows { values[row * width + quantity] = draws.values[quantity * rows + row] }
        }
        add(name, shape: [draws.chainCount, draws.drawCount, width], values)
        add(names, texts: draws.names)
    }
}
