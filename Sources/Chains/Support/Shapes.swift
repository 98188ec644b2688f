// SPDX-License-Identifier: Apache-2.0
// Checks of the sizes of plain arrays, with a text that survives in release builds.

/// The number of rows of a row-major array; stops the program when the last row is not whole.
func rowCount(of values: [Double], dimension: Int, _ operation: String) -> Int {
    guard dimension > 0, values.count % dimension == 0 else {
        fatalError("\(operation): \(values.count) numbers are no rows of \(dimension)")
    }
    return values.count / dimension
}

/// Stops the program when two sizes that must agree do not.
func requireEqual(_ actual: Int, _ expected: Int, _ what: String) {
    if actual != expected { fatalError("\(what): expected \(expected), found \(actual)") }
}

/// An array that `fill` writes completely.
func filled(_ count: Int, _ fill: (UnsafeMutableBufferPointer<Double>) -> Void) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, written in
        fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        written = count
    }
}
