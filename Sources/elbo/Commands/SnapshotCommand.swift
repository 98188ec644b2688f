// SPDX-License-Identifier: Apache-2.0
// `elbo snapshot`: one screen as text or as a picture, no terminal needed.

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
        commandName: "snapshot", abstract: "One screen of a run as text or as a picture, without a terminal.")

    /// What can be written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case svg
    }

    @Argument(help: ArgumentHelp("Name of the run.", valueName: "run"))
    var name: String

    @Option(help: ArgumentHelp("Which screen: \(screenNames.joined(separator: ", ")).", valueName: "name"))
    var screen = "curves"

    @Option(help: ArgumentHelp("Columns and rows, such as 120x40.", valueName: "size"))
    var size = "120x40"

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("Another run, drawn over the first one on the curves; may be repeated.", valueName: "run"))
    var others: [String] = []

    @Option(help: ArgumentHelp("What to write: text or svg.", valueName: "format"))
    var format = Format.text

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
        let most = WorkbenchModel.markedCapacity
        guard others.count <= most else {
            throw CommandFailure.badUsage("elbo: --with is given \(others.count) times, allowed: at most \(most)")
        }
        // A picture has all colours; text has none, but its layout is that of a terminal with some.
        let colors: ColorTier = format == .svg ? .direct : .indexed
        var model = WorkbenchModel(capabilities: Capabilities(glyphs: ascii ? .ascii : .braille, colors: colors))
        try explaining {
            let places = Places(runsDirectory: runs.directory, data: nil)
            let open = OpenRuns(places) {}
            let entries = RunCatalog.runs(in: runs.directory).entries
            // The clock stands at the run's last sign of life, so that the same run gives the same picture.
            let clock = entries.first { $0.name == name }?.lastSeen ?? 0
            _ = update(&model, .clock(seconds: clock))
            _ = update(&model, .sessions(SessionCatalog.summaries()))
            _ = update(&model, .catalog(entries.map(RunSummary.init)))
            for run in [name] + others.filter({ $0 != name }) {
                if run != name { model.mark(run) }
                _ = update(&model, .runOpened(try open.open(run)))
                for slice in try open.history(run) { _ = update(&model, .runHistory(name: run, slice)) }
            }
            for (name, news) in open.foreignNews() { _ = update(&model, .runUpdate(name: name, news)) }
            _ = update(&model, .resized(height: parts[1], width: parts[0]))
        }
        guard let buffer = snapshot(model, screen: screen, height: parts[1], width: parts[0]) else { return }
        switch format {
        case .text: print(buffer.text())
        case .svg: print(buffer.svg(theme: Theme(.dark, tier: .direct)), terminator: "")
        }
    }
}
