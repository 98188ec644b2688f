// SPDX-License-Identifier: Apache-2.0
// Which compute library this process runs on.

import CDNNL

extension Compute {
    /// Version of oneDNN as linked, such as `2.6.3`; another version may give other bits.
    public static var libraryVersion: String {
        guard let version = dnnl_version() else { return "unknown" }
        return "\(version.pointee.major).\(version.pointee.minor).\(version.pointee.patch)"
    }
}
