// SPDX-License-Identifier: Apache-2.0
// The program's entry: parses the command line and turns every outcome into an exit code.

import ArgumentParser
import EngineKit
import Foundation
import Runner

/// The root of all commands; without a command it opens the workbench.
struct Elbo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "elbo",
        abstract: "A terminal workbench for Bayesian deep learning.",
        discussion: """
            Without a command, the workbench opens on the session chooser. Exit codes: 0 done, 1 failed with a message, \
            2 bad usage or bad session file, 130 and 143 stopped by a signal after a checkpoint.
            """,
        version: "elbo \(Versions.elbo)",
        subcommands: [
            OpenCommand.self, RunCommandLine.self, ResumeCommand.self, AttachCommand.self, RunsCommand.self,
            ShowCommand.self, SnapshotCommand.self, ExportCommand.self, CompactCommand.self, PredictCommand.self,
            DiagnoseCommand.self, SessionsCommand.self, DataCommand.self, DoctorCommand.self,
        ],
        defaultSubcommand: OpenCommand.self)
}

@main
enum Program {
    static func main() {
        do {
            var command = try Elbo.parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            if !failure.text.isEmpty { printError(failure.text) }
            exit(failure.exitCode)
        } catch {
            let code = Elbo.exitCode(for: error)
            let text = Elbo.fullMessage(for: error)
            if code == .success {
                print(text)
                exit(0)
            }
            printError(text)
            // The parser's own code for bad usage is sysexits' 64; elbo promises 2.
            exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}

/// An end that has been explained to the user.
struct CommandFailure: Error {
    /// 1 failed, 2 bad usage or session file, 130 and 143 by a signal.
    let exitCode: Int32
    /// What to say on standard error; may be empty when everything has been said.
    let text: String

    static func failed(_ text: String) -> CommandFailure { CommandFailure(exitCode: 1, text: "elbo: \(text)") }
    static func badUsage(_ text: String) -> CommandFailure { CommandFailure(exitCode: 2, text: text) }
}

/// Writes lines to standard error; a terminal that is gone is no reason to end a run.
///
/// Messages quote files and arguments: whatever could steer the terminal is written as `\u{…}` here, once for all.
func printError(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let safe = lines.map { String($0).printable(limit: 20_000) + "\n" }.joined()
    var bytes = Array(safe.utf8)[...]
    while !bytes.isEmpty {
        let written = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        if written > 0 {
            bytes = bytes.dropFirst(written)
        } else if errno != EINTR {
            return
        }
    }
}
