// SPDX-License-Identifier: Apache-2.0
// A session file, loaded: which engine, with which settings. What the settings mean is the engine's to say.
public import EngineKit

/// A session: everything a run is started from.
public struct Session: Sendable, Equatable {
    /// The file's name as it was given, for messages.
    public var file: String
    /// Name of the engine.
    public var engine: String
    /// Line of the engine's name; 0 when the command line gave it.
    public var engineLine: Int
    /// One line for lists and the screen's head; the file's name when the file gives none.
    public var title: String
    /// Seed of all random streams.
    public var seed: UInt64
    /// Compute threads, or `nil` for as many as there are cores.
    public var threads: Int?
    /// What remains for the engine to read.
    public var settings: SettingTable
    /// A session file that says the same without overrides: the original text, or a rewritten one if values were set.
    public var text: String

    /// The seed of a session that names none; fixed, so that the same file gives the same run.
    public static let defaultSeed: UInt64 = 1

    /// Longest session file that is read: 1 MB, some thousand times the usual.
    static let maximumFileSize = 1 << 20

    /// Loads a session file.
    ///
    /// - Parameter overrides: `key=value` texts, applied in order after the file was read.
    /// - Throws: `SessionError` with all problems found.
    public static func load(path: String, overrides: [String] = []) throws(SessionError) -> Session {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try readWholeFile(path, limit: maximumFileSize)
        } catch {
            throw SessionError(file: path, message: error.description)
        }
        return try parse(bytes, name: path, overrides: overrides)
    }

    /// Reads a session from the bytes of a file.
    ///
    /// - Parameter name: the file's name for messages.
    /// - Throws: `SessionError` with all problems found.
    public static func parse(
        _ bytes: [UInt8], name: String, overrides: [String] = []
    ) throws(SessionError) -> Session {
        let original = try document(bytes, name: name)
        var table = original.table
        var problems: [SettingProblem] = []
        for override in overrides {
            do throws(SettingProblem) {
                try Override(override).apply(to: &table)
            } catch {
                problems.append(error)
            }
        }

        // The reader of the engine sees a table without the header, so the header has a reader of its own.
        let headerKeys: Set = ["engine", "title", "seed", "threads"]
        let header = SettingTable(entries: table.entries.filter { headerKeys.contains($0.key) })
        let settings = SettingTable(entries: table.entries.filter { !headerKeys.contains($0.key) })
        let reader = SettingsReader(header)
        let engine = reader.string("engine")
        let title = reader.string("title", default: fileName(name))
        let seed = reader.integer("seed", default: Int(defaultSeed), in: 0...)
        let threads = reader.contains("threads") ? reader.integer("threads", in: 1...1024) : nil
        // Titles go into lists, file names of exports and window titles.
        if title != title.printable(limit: .max) || title.count > 200 {
            reader.report("title", allowed: "at most 200 printable characters on one line")
        }
        problems += reader.finish()
        guard problems.isEmpty else { throw SessionError(file: name, problems: problems) }
        return Session(
            file: name, engine: engine, engineLine: header["engine"]?.line ?? 1, title: title, seed: UInt64(seed),
            threads: threads, settings: settings,
            text: overrides.isEmpty ? original.text : rewritten(table, overrides: overrides))
    }

    private static func document(
        _ bytes: [UInt8], name: String
    ) throws(SessionError) -> (text: String, table: SettingTable) {
        guard bytes.count <= maximumFileSize else {
            throw SessionError(
                file: name, message: "The file has \(bytes.count) bytes, at most \(maximumFileSize) are allowed.")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SessionError(file: name, message: "The file is not UTF-8 text.")
        }
        do throws(SettingProblem) {
            return (text, try SettingTable(toml: text))
        } catch {
            throw SessionError(file: name, problems: [error])
        }
    }

    private static func rewritten(_ table: SettingTable, overrides: [String]) -> String {
        var text = "# The session as run, with these values set on the command line:\n"
        for override in overrides { text += "#   \(override.printable(limit: 1000))\n" }
        return text + "\n" + table.toml
    }

    private static func fileName(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        let name = last.hasSuffix(".toml") ? String(last.dropLast(5)) : last
        return name.printable(limit: 100)
    }
}
