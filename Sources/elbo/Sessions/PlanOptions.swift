// SPDX-License-Identifier: Apache-2.0
// The options that commands share: where runs and data live, and what overrides a session file.

import ArgumentParser
import EngineKit
import Foundation
import Runner

/// Where the runs are.
struct RunsOptions: ParsableArguments {
    @Option(name: .customLong("runs"), help: ArgumentHelp("Folder that holds the runs.", valueName: "dir"))
    var directory = "runs"
}

/// What a new run may override.
struct PlanOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Name of the run; by default the session's with a number.", valueName: "name"))
    var name: String?

    @OptionGroup var runs: RunsOptions

    @Option(help: ArgumentHelp("Folder of data sets; otherwise $ELBO_DATA, then ./data.", valueName: "dir"))
    var data: String?

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Overrides a key, such as train.epochs=5.", valueName: "key=value")
    )
    var overrides: [String] = []

    @Option(help: "Seed of all random streams.")
    var seed: UInt64?

    @Option(help: "Compute threads.")
    var threads: Int?

    @Option(help: ArgumentHelp("Stops after this many steps, with a checkpoint.", valueName: "n"))
    var maxSteps: Int?

    @Option(help: ArgumentHelp("Stops after this many seconds, with a checkpoint.", valueName: "s"))
    var maxSeconds: Double?

    @Option(help: ArgumentHelp("Seconds between checkpoints.", valueName: "s"))
    var checkpointSeconds: Double = 30

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), allowed: 1 to 1024")
        }
        if let maxSteps, maxSteps < 1 { throw ValidationError("--max-steps is \(maxSteps), allowed: 1 and more") }
        if let maxSeconds, !(maxSeconds > 0) {
            throw ValidationError("--max-seconds is \(maxSeconds), allowed: above 0")
        }
        guard checkpointSeconds > 0 else {
            throw ValidationError("--checkpoint-seconds is \(checkpointSeconds), allowed: above 0")
        }
    }

    var limits: RunLimits {
        RunLimits(maximumSteps: maxSteps, maximumSeconds: maxSeconds, checkpointSeconds: checkpointSeconds)
    }
}

/// The folders in which data sets are looked for.
func dataDirectories(_ option: String?) -> [String] {
    var directories: [String] = []
    if let option { directories.append(option) }
    if let variable = ProcessInfo.processInfo.environment["ELBO_DATA"], !variable.isEmpty {
        directories.append(variable)
    }
    return directories + ["data"]
}
