// SPDX-License-Identifier: Apache-2.0
// What this program and its compute library are, for results that shall be repeated.

public import EngineKit
import Glibc

/// Versions that decide the bits of a run.
public enum Versions {
    /// This program's version.
    public static let elbo = "0.1.0"

    /// Names and versions for runs of an engine, as stored with them.
    public static func all(for engine: any EngineKind.Type) -> [String: String] {
        var versions = engine.libraries
        versions["elbo"] = elbo
        return versions
    }
}

/// Seconds since 1970.
func wallClockSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
}
