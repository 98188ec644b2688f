// SPDX-License-Identifier: Apache-2.0
// Hidden folders in which a run is built or taken apart, so that other processes see only whole runs.
import Glibc
import Synchronization

/// Names of hidden folders beside the runs, and cleaning up after processes that died.
enum StagingFolder {
    private static let prefix = ".elbo-"
    private static let counter = Atomic<Int>(0)

    /// Seconds after which a folder that nobody has locked counts as left behind.
    private static let abandonedAfter = 60

    /// A path that no other thread or process uses.
    static func path(in parent: String, name: String) -> String {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(parent)/\(prefix)\(name)-\(processIdentifier)-\(number)-\(machineIdentifier.prefix(8))"
    }

    /// Removes what processes that died in the middle left behind; does what it can.
    static func removeAbandoned(in parent: String) {
        guard let names = try? FileSystem.names(in: parent) else { return }
        for name in names where name.hasPrefix(prefix) {
            let path = parent + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > abandonedAfter,
                RunLock.isHeld(path: RunFolder(path: path).lock) == false
            else { continue }
            try? FileSystem.removeTree(path)
        }
    }
}
