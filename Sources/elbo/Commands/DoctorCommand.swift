// SPDX-License-Identifier: Apache-2.0
// `elbo doctor`: what this machine and terminal offer, for bug reports and for wondering why a chart looks odd.

import ArgumentParser
import EngineKit
import Foundation
import Runner
import Terminal

/// The command `elbo doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Terminal, locale, colours, processor, library versions, free disk.")

    @OptionGroup var runs: RunsOptions

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        var rows: [[String]] = []
        func row(_ name: String, _ value: String) { rows.append([name, value.printable(limit: 200)]) }
        for engine in allEngines {
            for (name, version) in Versions.all(for: engine).sorted(by: { $0.key < $1.key })
            where !rows.contains(where: { $0[0] == name }) {
                row(name, version)
            }
        }
        row("terminal", environment["TERM"] ?? "TERM is not set")
        row("COLORTERM", environment["COLORTERM"] ?? "–")
        row("locale", environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? "C")
        let characters = CharacterSet.adoptLocale()
        row("characters", characters.isUnicode ? "UTF-8" : "ASCII")
        row(
            "glyphs",
            "\(GlyphSupport.bestTier(characterSet: characters, terminalName: environment["TERM"] ?? ""))")
        row("standard output", isAtTerminal ? "a terminal" : "no terminal")
        row("processors", "\(ProcessInfo.processInfo.activeProcessorCount)")
        row("vector instructions", Self.vectorInstructions)
        row("memory", "\(ProcessInfo.processInfo.physicalMemory >> 20) MiB")
        let folder = FileManager.default.fileExists(atPath: runs.directory) ? runs.directory : "."
        if let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder),
            let free = attributes[.systemFreeSize] as? NSNumber
        {
            row("free disk", "\(free.int64Value >> 20) MiB where the runs are")
        }
        row("data folders", dataDirectories(nil).joined(separator: ", "))
        for line in rows { print("\(line[0].padding(toLength: 20, withPad: " ", startingAt: 0))  \(line[1])") }
    }

    private static var vectorInstructions: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        let known = ["avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16"].filter { flags.contains(Substring($0)) }
        return known.isEmpty ? "none of AVX2, AVX-512: kernels will be slow" : known.joined(separator: " ")
    }
}
