// SPDX-License-Identifier: Apache-2.0
// Where the executables of this package are, seen from its tests.

internal import Glibc

/// The path of an executable product built beside the running test program.
public func builtProgram(_ name: String) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (path.split(separator: "/", omittingEmptySubsequences: false).dropLast() + [Substring(name)])
        .joined(separator: "/")
}
