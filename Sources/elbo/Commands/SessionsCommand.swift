// SPDX-License-Identifier: Apache-2.0
// `elbo sessions`: what can be run.

import ArgumentParser
import Workbench

/// The command `elbo sessions`.
struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "The session files that ship, one line each.")

    func run() throws {
        let rows = SessionCatalog.summaries().map { [$0.path, $0.engine, $0.title] }
        guard !rows.isEmpty else {
            throw CommandFailure.failed(
                "no session files in ./\(SessionCatalog.folder); start elbo in the project's folder")
        }
        for line in TextTable.lines(header: ["session", "engine", "title"], rows) { print(line) }
    }
}
