// SPDX-License-Identifier: Apache-2.0
// `elbo export`: a run's numbers for other programs.

import ArgumentParser
import EngineKit
import Foundation

/// The command `elbo export RUN --format FORMAT -o PATH`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write what a run has found for other programs.",
        discussion: RunExport.all.map { "\($0.name): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @Option(help: ArgumentHelp("One of: \(RunExport.names.joined(separator: ", ")).", valueName: "format"))
    var format = "csv"

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; - for standard output.", valueName: "path"))
    var output = "-"

    @OptionGroup var runs: RunsOptions

    func run() throws {
        _ = try RunExport.format(format)
        try explaining {
            if output == "-" {
                FileHandle.standardOutput.write(
                    try RunExport.text(name, runsDirectory: runs.directory, format: format))
            } else {
                printError(
                    try RunExport.write(name, runsDirectory: runs.directory, format: format, path: output))
            }
        }
    }
}
