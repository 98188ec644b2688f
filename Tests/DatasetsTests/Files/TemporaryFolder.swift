// SPDX-License-Identifier: Apache-2.0
// A folder for the files of one test, removed when the test lets go of it.

import Glibc

final class TemporaryFolder {
    let path: String
    private var files: [String] = []
    private var folders: [String] = []

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(parent)/elbo-datasets-XXXXXX".utf8CString)
        guard template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) != nil else {
            throw CannotWrite(path: parent)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for file in files { unlink(file) }
        for folder in folders.reversed() { rmdir(folder) }
        rmdir(path)
    }

    func makeFolder(_ name: String) {
        if mkdir("\(path)/\(name)", 0o700) == 0 { folders.append("\(path)/\(name)") }
    }

    /// Writes a file, over an old one if need be, and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        guard let handle = fopen(file, "w") else { throw CannotWrite(path: file) }
        defer { fclose(handle) }
        if !files.contains(file) { files.append(file) }
        guard fwrite(bytes, 1, bytes.count, handle) == bytes.count else { throw CannotWrite(path: file) }
        return file
    }
}

struct CannotWrite: Error {
    var path: String
}

/// An idx file: magic number, sizes, contents.
func idxFile(magic: UInt32, sizes: [UInt32], contents: [UInt8]) -> [UInt8] {
    ([magic] + sizes).flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } } + contents
}
