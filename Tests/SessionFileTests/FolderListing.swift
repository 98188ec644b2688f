// SPDX-License-Identifier: Apache-2.0
// The names in a folder, for tests that loop over files.
import Glibc

/// Names of all entries of a folder; empty when it cannot be read.
func listFolder(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        names.append(
            withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            })
    }
    return names
}
