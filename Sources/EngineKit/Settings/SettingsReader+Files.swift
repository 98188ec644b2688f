// SPDX-License-Identifier: Apache-2.0
// The typed read of a path, checked before anything starts.

import Glibc

extension SettingsReader {
    /// The path of a file that a run reads; relative paths count from the working folder, as on the command line.
    ///
    /// A new run must find a regular file that may be read. A stored run is read without looking: its checkpoint has
    /// what was in the file (`checksFiles`).
    ///
    /// - Returns: `nil` when the key is absent or what it says cannot be the path of a file.
    public func file(_ key: String) -> String? {
        let description = "the path of a file that can be read, from the folder in which elbo is started"
        guard let setting = setting(key) else { return nil }
        guard case .string(let path) = setting.value, !path.isEmpty, !path.utf8.contains(0) else {
            add(key, line: setting.line, found: setting.value.summary, allowed: description)
            return nil
        }
        if checksFiles, let fault = Self.fault(of: path) {
            add(key, line: setting.line, found: "\(setting.value.summary) (\(fault))", allowed: description)
            return nil
        }
        return path
    }

    private static func fault(of path: String) -> String? {
        var status = stat()
        if stat(path, &status) != 0 { return errno == ENOENT ? "no such file" : String(cString: strerror(errno)) }
        if status.st_mode & S_IFMT != S_IFREG { return "not a file" }
        return access(path, R_OK) == 0 ? nil : "permission denied"
    }
}
