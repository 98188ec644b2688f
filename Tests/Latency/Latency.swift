// SPDX-License-Identifier: Apache-2.0
// `make latency`: how long the workbench takes to answer a key, idle and with all cores training. It prints numbers and
// judges nothing; the bars are in docs/Screens.md.

import Foundation

/// The measuring program.
@main
enum Latency {
    static func main() throws {
        let options: Options
        do throws(OptionError) {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            FileHandle.standardError.write(Data("latency: \(error.text)\n\n\(Options.usage)\n".utf8))
            exit(2)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "elbo-latency-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        print("\(options.columns)x\(options.rows), \(options.keys) keys, \(Options.cores) cores; milliseconds\n")
        print(Samples.heading)
        for condition in Condition.allCases where options.conditions.contains(condition) {
            try measure(condition, options, runs: folder.path)
        }
    }

    private static func measure(_ condition: Condition, _ options: Options, runs: String) throws {
        let load = condition == .overloaded ? try startLoad(options, runs: runs) : nil
        defer {
            load?.terminate()
            load?.waitUntilExit()
        }
        let arguments = condition == .idle ? ["open"] : ["open", options.session]
        let terminal = try Terminal(
            options.elbo, arguments + ["--runs", runs], columns: options.columns, rows: options.rows)
        defer { terminal.end() }
        guard terminal.wait(seconds: 60, until: { $0.contains(condition == .idle ? "Start" : "train/") }) else {
            throw OptionError(text: "\(options.elbo) shows nothing; it wrote: \(terminal.tail)")
        }
        let typed = terminal.typeLetters(options.keys)
        print(typed.first.row(condition.rawValue, "first byte"))
        print(typed.echo.row("", "its own letter"))
        print(terminal.pressEscape(max(1, options.keys / 10)).row("", "Esc alone"))
    }

    /// A run of another process with twice as many compute threads as there are cores.
    private static func startLoad(_ options: Options, runs: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: options.elbo)
        process.arguments = [
            "run", options.session, "--headless", "--runs", runs, "--name", "load", "--threads", "\(2 * Options.cores)",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }
}

/// What the machine does while keys are pressed.
enum Condition: String, CaseIterable {
    /// The chooser is on the screen, nothing is computed.
    case idle
    /// The workbench trains with all cores and draws ten frames a second.
    case training
    /// Another process trains too, with twice as many threads as there are cores.
    case overloaded
}

/// What the command line asks for.
struct Options {
    static let cores = ProcessInfo.processInfo.activeProcessorCount
    static let usage = """
        usage: latency [--elbo PATH] [--session FILE] [--keys N] [--size COLUMNSxROWS] [--only CONDITION]...

          --elbo PATH        the program (beside this one)
          --session FILE     what it trains (sessions/demo.toml)
          --keys N           keys per condition (1000)
          --size 200x50      the terminal
          --only CONDITION   \(Condition.allCases.map(\.rawValue).joined(separator: ", ")); may be repeated
        """

    var elbo = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "elbo").path
    var session = "sessions/demo.toml"
    var keys = 1000
    var columns = 200
    var rows = 50
    var conditions = Condition.allCases

    init(_ arguments: some Sequence<String>) throws(OptionError) {
        var rest = arguments.makeIterator()
        var only: [Condition] = []
        while let option = rest.next() {
            let value = rest.next() ?? ""
            switch option {
            case "--elbo": elbo = value
            case "--session": session = value
            case "--keys":
                guard let number = Int(value), (1...100_000).contains(number) else {
                    throw OptionError(text: "--keys \(value): a number from 1 to 100000 is needed")
                }
                keys = number
            case "--size":
                let parts = value.split(separator: "x").compactMap { Int($0) }
                guard parts.count == 2, parts.allSatisfy({ (1...500).contains($0) }) else {
                    throw OptionError(text: "--size \(value): COLUMNSxROWS is needed, each 1 to 500")
                }
                (columns, rows) = (parts[0], parts[1])
            case "--only":
                guard let condition = Condition(rawValue: value) else {
                    throw OptionError(text: "--only \(value): there is no such condition")
                }
                only.append(condition)
            default: throw OptionError(text: "unknown option \(option)")
            }
        }
        if !only.isEmpty { conditions = only }
    }
}

/// Why there is nothing to measure.
struct OptionError: Error {
    let text: String
}
