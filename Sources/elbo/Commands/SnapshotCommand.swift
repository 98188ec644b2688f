// SPDX-License-Identifier: Apache-2.0
// `elbo snapshot`: one screen as text, no terminal needed.

import ArgumentParser
import EngineKit
import Foundation
import Runner
import Screen
import Store
import Workbench

/// The command `elbo snapshot RUN --screen NAME`.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "One screen of a run as text, without a terminal.")

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @Option(help: ArgumentHelp("Which screen: \(screenNames.joined(separator: ", ")).", valueName: "name"))
    var screen = "curves"

    @Option(help: ArgumentHelp("Columns and rows, such as 120x40.", valueName: "size"))
    var size = "120x40"

    @Flag(help: "Plain ASCII instead of braille and box lines.")
    var ascii = false

    @OptionGroup var runs: RunsOptions

    func run() throws {
        let parts = size.split(separator: "x").compactMap { Int($0) }
        guard parts.count == 2, (1...500).contains(parts[0]), (1...500).contains(parts[1]) else {
            throw CommandFailure.badUsage(
                "elbo: --size is \(size.printable(limit: 40)), allowed: COLUMNSxROWS, each 1 to 500")
        }
        guard screenNames.contains(screen) else {
            throw CommandFailure.badUsage(
                "elbo: --screen is \(screen.printable(limit: 40)), allowed: \(screenNames.joined(separator: ", "))")
        }
        var model = WorkbenchModel(capabilities: Capabilities(glyphs: ascii ? .ascii : .braille, colors: .indexed))
        try explaining {
            let places = Places(runsDirectory: runs.directory, data: nil)
            let open = OpenRuns(places) {}
            let entries = RunCatalog.runs(in: runs.directory).entries
            // The clock stands at the run's last sign of life, so that the same run gives the same picture.
            let clock = entries.first { $0.name == name }?.lastSeen ?? 0
            _ = update(&model, .clock(seconds: clock))
            _ = update(&model, .sessions(SessionCatalog.summaries()))
            _ = update(&model, .catalog(entries.map(RunSummary.init)))
            _ = update(&model, .runOpened(try open.open(name)))
            for slice in try open.history(name) { _ = update(&model, .runHistory(name: name, slice)) }
            for (name, news) in open.foreignNews() { _ = update(&model, .runUpdate(name: name, news)) }
            _ = update(&model, .resized(height: parts[1], width: parts[0]))
        }
        guard let buffer = snapshot(model, screen: screen, height: parts[1], width: parts[0]) else { return }
        print(buffer.text())
    }
}
