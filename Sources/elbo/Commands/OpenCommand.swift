// SPDX-License-Identifier: Apache-2.0
// `elbo`, `elbo open` and `elbo attach`: the ways into the workbench.

import ArgumentParser
import EngineKit
import Foundation
import Store

/// The command `elbo open [SESSION|RUN]`.
struct OpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "The workbench: on the session chooser, a session file or a run.")

    @Argument(help: ArgumentHelp("A session file to start, or the name of a run to look at.", valueName: "session|run"))
    var subject: String?

    @OptionGroup var runs: RunsOptions

    @Option(help: ArgumentHelp("Folder of data sets; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
    var data: String?

    func run() throws {
        guard isAtTerminal else {
            if let subject, !subject.hasSuffix(".toml") {
                throw CommandFailure.badUsage(
                    "elbo: \(subject.printable(limit: 60)) is no command (see `elbo --help`), "
                        + "and showing a run needs a terminal (without one, use `elbo show` or `elbo snapshot`)")
            }
            throw CommandFailure.badUsage(
                "elbo: the workbench needs a terminal; without one, use `elbo run SESSION --headless`")
        }
        let opening: WorkbenchProgram.Opening
        if let subject {
            let places = Places(runsDirectory: runs.directory, data: data)
            if FileManager.default.fileExists(atPath: subject), subject.hasSuffix(".toml") {
                opening = .start(try explaining { try places.plan(session: subject, overrides: []) })
            } else {
                _ = try explaining { try RunReader(parent: runs.directory, name: subject) }
                opening = .stored(subject)
            }
        } else {
            opening = .chooser
        }
        try WorkbenchProgram.open(opening, runsDirectory: runs.directory, data: data)
    }
}

/// The command `elbo attach RUN`.
struct AttachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Watch and steer a run of another process.")

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @OptionGroup var runs: RunsOptions

    func run() throws {
        guard isAtTerminal else { return try AttachedLines.follow(name, runsDirectory: runs.directory) }
        _ = try explaining { try RunReader(parent: runs.directory, name: name) }
        try WorkbenchProgram.open(.stored(name), runsDirectory: runs.directory, data: nil)
    }
}
