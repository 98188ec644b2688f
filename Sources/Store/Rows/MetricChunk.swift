// SPDX-License-Identifier: Apache-2.0
// Many values of metrics in one row of the database: what makes a million points small and fast.
import EngineKit

/// The values of one event.
struct MetricRow: Equatable {
    var sequence: Int64
    var step: Int
    var epoch: Double
    var seconds: Double
    var values: [Double]
}

/// Consecutive values of metrics that are always emitted together, packed.
///
/// One row is, little-endian: `sequence - firstSequence` and `step - firstStep` as 32-bit unsigned integers, the epoch
/// as a double, `seconds - firstSeconds` as a float, and one double per metric: 28 bytes for one metric, 12 bytes per
/// value for five. Bit patterns are kept, NaN and infinities too. Steps never fall below `firstStep`, sequences rise.
struct MetricChunk: Equatable {
    /// Largest number of rows; a larger chunk would make the reader load too much for a few new rows.
    static let maximumRows = 4096

    /// Metrics per row.
    let width: Int
    let firstSequence: Int64
    private(set) var lastSequence: Int64
    let firstStep: Int
    /// The largest step.
    private(set) var lastStep: Int
    let firstSeconds: Double
    private(set) var count: Int
    private(set) var bytes: [UInt8]

    /// A chunk with its first row.
    init(_ row: MetricRow) {
        width = row.values.count
        firstSequence = row.sequence
        lastSequence = row.sequence
        firstStep = row.step
        lastStep = row.step
        firstSeconds = row.seconds
        count = 0
        bytes = []
        add(row)
    }

    /// A chunk as it was stored.
    ///
    /// - Throws: `DamagedRow` when the numbers do not fit each other.
    init(
        width: Int, firstSequence: Int64, lastSequence: Int64, firstStep: Int, lastStep: Int, firstSeconds: Double,
        count: Int, bytes: [UInt8]
    ) throws(DamagedRow) {
        guard count > 0, bytes.count % Self.rowSize(width) == 0, bytes.count / Self.rowSize(width) == count else {
            throw DamagedRow("a chunk of metrics has \(bytes.count) bytes for \(count) rows of \(width) values")
        }
        self.width = width
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.firstStep = firstStep
        self.lastStep = lastStep
        self.firstSeconds = firstSeconds
        self.count = count
        self.bytes = bytes
    }

    /// Whether a row can be added.
    func accepts(_ row: MetricRow) -> Bool {
        let (distance, overflow) = row.step.subtractingReportingOverflow(firstStep)
        return count < Self.maximumRows && row.values.count == width && row.sequence > lastSequence
            && row.sequence - firstSequence <= Int64(UInt32.max) && !overflow && distance >= 0
            && distance <= Int(UInt32.max)
    }

    /// Adds a row that the chunk accepts.
    mutating func add(_ row: MetricRow) {
        append(UInt32(row.sequence - firstSequence))
        append(UInt32(row.step - firstStep))
        append(row.epoch.bitPattern)
        append(Float(row.seconds - firstSeconds).bitPattern)
        for value in row.values { append(value.bitPattern) }
        lastSequence = row.sequence
        lastStep = max(lastStep, row.step)
        count += 1
    }

    /// The row at an index.
    subscript(index: Int) -> MetricRow {
        MetricRow(
            sequence: sequence(index), step: step(index), epoch: epoch(index), seconds: seconds(index),
            values: (0..<width).map { value(index, column: $0) })
    }

    /// Place of a row in the run's stream.
    func sequence(_ index: Int) -> Int64 { firstSequence &+ Int64(load(index, 0, as: UInt32.self)) }
    /// Step of a row.
    func step(_ index: Int) -> Int { firstStep &+ Int(load(index, 4, as: UInt32.self)) }
    /// Epoch of a row.
    func epoch(_ index: Int) -> Double { Double(bitPattern: load(index, 8, as: UInt64.self)) }
    /// When a row was recorded.
    func seconds(_ index: Int) -> Double { firstSeconds + Double(Float(bitPattern: load(index, 16, as: UInt32.self))) }
    /// Value of one metric in a row.
    func value(_ index: Int, column: Int) -> Double {
        Double(bitPattern: load(index, 20 + 8 * column, as: UInt64.self))
    }

    /// The rows for which the condition holds; several chunks when the first of them is not the smallest step.
    func filtered(_ condition: (MetricRow) -> Bool) -> [MetricChunk] {
        var chunks: [MetricChunk] = []
        for index in 0..<count {
            let row = self[index]
            guard condition(row) else { continue }
            if chunks.last?.accepts(row) == true {
                chunks[chunks.count - 1].add(row)
            } else {
                chunks.append(MetricChunk(row))
            }
        }
        return chunks
    }

    private static func rowSize(_ width: Int) -> Int { 20 + 8 * width }

    private mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private func load<Value: FixedWidthInteger>(_ index: Int, _ offset: Int, as type: Value.Type) -> Value {
        bytes.withUnsafeBytes { buffer in
            Value(
                littleEndian: buffer.loadUnaligned(fromByteOffset: index * Self.rowSize(width) + offset, as: type))
        }
    }
}
