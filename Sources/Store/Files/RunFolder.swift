// SPDX-License-Identifier: Apache-2.0
// Where the parts of a run are: the layout that docs/Architecture.md promises.
import EngineKit

/// The paths of a run's folder.
struct RunFolder: Sendable {
    /// The folder itself.
    let path: String

    /// The folder of a run by its name.
    ///
    /// - Throws: `StoreError` with the code `invalidName`, so that no name reaches outside of `parent`.
    init(parent: String, name: String) throws(StoreError) {
        try RunName.validate(name)
        self.init(path: parent + "/" + name)
    }

    /// Any folder that is laid out like a run.
    ///
    /// A relative path gets `./` in front: SQLite would read one that begins with `file:` as a URI.
    init(path: String) {
        self.path = path.hasPrefix("/") ? path : "./" + path
    }

    /// The session file as it was run, for people; the text that counts is in the database.
    var session: String { path + "/session.toml" }
    /// The database.
    var database: String { path + "/run.sqlite" }
    /// The file whose lock the writer holds.
    var lock: String { path + "/lock" }
    /// The folder of checkpoints.
    var checkpoints: String { path + "/checkpoints" }

    /// The checkpoint of a step; nine digits sort by name up to a billion steps.
    func checkpoint(step: Int) -> String {
        let digits = String(step)
        return checkpoints + "/step-" + String(repeating: "0", count: max(0, 9 - digits.count)) + digits
            + ".safetensors"
    }

    /// Checks that there is a run.
    ///
    /// - Throws: `StoreError` with the code `notFound`.
    func requireRun() throws(StoreError) {
        if FileSystem.exists(database) { return }
        let fault = FileSystem.isDirectory(path) ? "there is no run.sqlite in it" : "there is no such folder"
        throw StoreError(.notFound, "'\(path.printable())' is not a run: \(fault). `elbo runs` lists the runs.")
    }
}
