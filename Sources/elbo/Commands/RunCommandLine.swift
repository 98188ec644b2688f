// SPDX-License-Identifier: Apache-2.0
// `elbo run` and `elbo resume`.

import ArgumentParser
import Foundation
import Runner
import Store

/// Whether standard input and output are a terminal.
var isAtTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

/// The command `elbo run SESSION`.
struct RunCommandLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a session file; on a terminal, with its screen.")

    @Argument(help: ArgumentHelp("The session file.", valueName: "session"))
    var session: String

    @Flag(help: "No screen: progress on standard error, the result on standard output.")
    var headless = false

    @Flag(help: "Print the result as one JSON object; implies --headless.")
    var json = false

    @OptionGroup var options: PlanOptions

    func run() throws {
        let plan = try Planning.newRun(session: session, options)
        if headless || json || !isAtTerminal {
            try explaining { try HeadlessRun.perform(plan, resuming: false, json: json) }
        } else {
            try WorkbenchProgram.open(.start(plan), runsDirectory: options.runs.directory, data: options.data)
        }
    }
}

/// The command `elbo resume RUN`.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Continue a run exactly where its last checkpoint stands.")

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @Flag(help: "No screen: progress on standard error, the result on standard output.")
    var headless = false

    @Flag(help: "Print the result as one JSON object; implies --headless.")
    var json = false

    @OptionGroup var runs: RunsOptions

    @Option(help: ArgumentHelp("Folder of data sets; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Stops after this many steps, with a checkpoint.", valueName: "n"))
    var maxSteps: Int?

    @Option(help: ArgumentHelp("Stops after this many seconds, with a checkpoint.", valueName: "s"))
    var maxSeconds: Double?

    func run() throws {
        let limits = RunLimits(maximumSteps: maxSteps, maximumSeconds: maxSeconds)
        let plan = try explaining {
            try Planning.stored(name, runsDirectory: runs.directory, data: data, limits: limits)
        }
        if headless || json || !isAtTerminal {
            try explaining { try HeadlessRun.perform(plan, resuming: true, json: json) }
        } else {
            try WorkbenchProgram.open(.resume(plan), runsDirectory: runs.directory, data: data)
        }
    }
}

/// Turns the errors of the libraries, whose descriptions are whole sentences, into ends with exit code 1.
func explaining<R>(_ body: () throws -> R) throws -> R {
    do {
        return try body()
    } catch let failure as CommandFailure {
        throw failure
    } catch let error as StoreError {
        throw CommandFailure.failed(error.description)
    } catch {
        throw CommandFailure.failed("\(error)")
    }
}
