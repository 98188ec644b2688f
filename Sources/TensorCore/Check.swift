// SPDX-License-Identifier: Apache-2.0
// The one way in which this module stops the program: a caller broke a rule, and the message must survive release builds.

/// Stops with operation, expected and actual value unless `condition` holds.
@inline(__always)
func check(
    _ condition: Bool, _ operation: StaticString, _ expected: @autoclosure () -> String,
    _ actual: @autoclosure () -> String
) {
    if _fastPath(condition) { return }
    stop(operation, expected(), actual())
}

/// Ends the process with a message that release builds keep (`precondition` drops it there).
@inline(never)
func stop(_ operation: StaticString, _ expected: String, _ actual: String) -> Never {
    fatalError("\(operation): expected \(expected), found \(actual)")
}
