// SPDX-License-Identifier: Apache-2.0
// Reads typed values out of a session file's tree and collects every problem instead of stopping at the first.

/// A reader of one table of a session file.
///
/// Every read names a key, what is allowed and what holds when the key is absent; a key without a default is required.
/// Reads never fail: a problem is recorded, and a value of the right type is returned so that reading goes on and all
/// problems are found in one pass. A recipe made from the values counts only when `finish` on the root found nothing.
///
/// A reader belongs to the thread that made it.
public final class SettingsReader {
    /// Full key of this table, such as `train.optimizer`; empty for the root.
    public let path: String
    /// Line of the table in the file; 1 for the root.
    public let line: Int
    /// Whether files that are named must be there: so for a new run, and not for one that is stored.
    let checksFiles: Bool

    private let table: SettingTable
    private let problems: ProblemList
    /// Keys that were asked for, in order: what is allowed here.
    private var known: [String] = []
    private var children: [SettingsReader] = []

    /// Problems found so far in the whole file; shared by all readers of a tree.
    private final class ProblemList {
        var all: [SettingProblem] = []
    }

    /// Starts reading a session file at its root.
    ///
    /// - Parameter checksFiles: whether a named file that is missing is a problem. A stored run can go on without.
    public init(_ table: SettingTable, checksFiles: Bool = true) {
        path = ""
        line = 1
        self.checksFiles = checksFiles
        self.table = table
        problems = ProblemList()
    }

    private init(child table: SettingTable, path: String, line: Int, of parent: SettingsReader) {
        self.table = table
        self.path = path
        self.line = line
        checksFiles = parent.checksFiles
        problems = parent.problems
    }

    /// Whether the file has this key; asking makes the key known.
    public func contains(_ key: String) -> Bool {
        setting(key) != nil
    }

    /// Whether the value of a key is a table, for keys that may be one; asking makes the key known.
    public func isTable(_ key: String) -> Bool {
        if case .table? = setting(key)?.value { return true }
        return false
    }

    /// Records a problem that only the caller can see, such as two keys that exclude each other.
    ///
    /// - Parameter found: what the file says; `nil` shows the written value.
    public func report(_ key: String, found: String? = nil, allowed: String) {
        let setting = setting(key)
        add(key, line: setting?.line, found: found ?? setting.map { $0.value.summary } ?? "nothing", allowed: allowed)
    }

    /// A table below this one; an absent table reads as an empty one.
    public func table(_ key: String) -> SettingsReader {
        let setting = setting(key)
        if let setting, case .table(let table) = setting.value {
            return child(table, key: key, line: setting.line)
        }
        if let setting { add(key, line: setting.line, found: setting.value.summary, allowed: "a table") }
        return child(SettingTable(), key: key, line: setting?.line ?? line)
    }

    /// A list of tables (`[[key]]` or a list of inline tables); empty when absent.
    public func tables(_ key: String) -> [SettingsReader] {
        elements(key, allowed: "a list of tables") { setting, position in
            guard case .table(let table) = setting.value else { return nil }
            return child(table, key: "\(key)[\(position)]", line: setting.line)
        } ?? []
    }

    /// All problems of the file, by line; call on the root after everything was read.
    ///
    /// A key that no reader asked for is a problem too, with the nearest known name when one is near.
    public func finish() -> [SettingProblem] {
        reportUnknownKeys()
        // A stable order by line; what came from the command line (line 0) comes last.
        return problems.all.enumerated().sorted { left, right in
            let (a, b) = (left.element.line, right.element.line)
            return (a == 0 ? Int.max : a, left.offset) < (b == 0 ? Int.max : b, right.offset)
        }.map(\.element)
    }

    // MARK: Used by the typed reads

    /// The value of a key, which becomes known.
    func setting(_ key: String) -> Setting? {
        if !known.contains(key) { known.append(key) }
        return table[key]
    }

    /// Records a problem with a key of this table.
    func add(_ key: String, line: Int?, found: String, allowed: String) {
        let problem = SettingProblem(line: line ?? self.line, key: fullKey(key), found: found, allowed: allowed)
        if !problems.all.contains(problem) { problems.all.append(problem) }
    }

    /// The elements of a list, or `nil` when the key is absent.
    func elements<Element>(
        _ key: String, allowed: String, read: (Setting, Int) -> Element?
    ) -> [Element]? {
        guard let setting = setting(key) else { return nil }
        guard case .array(let settings) = setting.value else {
            add(key, line: setting.line, found: setting.value.summary, allowed: allowed)
            return []
        }
        var elements: [Element] = []
        for (position, element) in settings.enumerated() {
            if let value = read(element, position) {
                elements.append(value)
            } else {
                add("\(key)[\(position)]", line: element.line, found: element.value.summary, allowed: allowed)
            }
        }
        return elements
    }

    // MARK: Private

    private func fullKey(_ key: String) -> String {
        let key = key.printable(limit: 80)
        return path.isEmpty ? key : "\(path).\(key)"
    }

    private func child(_ table: SettingTable, key: String, line: Int) -> SettingsReader {
        // The same table may be read twice; both readings share what is known about its keys.
        let childPath = fullKey(key)
        if let reader = children.first(where: { $0.path == childPath }) { return reader }
        let reader = SettingsReader(child: table, path: childPath, line: line, of: self)
        children.append(reader)
        return reader
    }

    private func reportUnknownKeys() {
        for entry in table.entries where !known.contains(entry.key) {
            var allowed = known.isEmpty ? "no key here" : "one of \(known.sorted().joined(separator: ", "))"
            if let nearest = nearestName(to: entry.key, among: known) {
                allowed = "\(nearest) (did you mean this?), or \(allowed)"
            }
            add(entry.key, line: entry.setting.line, found: "an unknown key", allowed: allowed)
        }
        for child in children { child.reportUnknownKeys() }
    }
}
