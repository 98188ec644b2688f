// SPDX-License-Identifier: Apache-2.0
// What tests of engines need around one: settings as a session file would give them, and a record of what is emitted.

public import EngineKit
import Synchronization

/// A reader of sections, each with its keys; lines count from 1.
public func reader(_ sections: KeyValuePairs<String, KeyValuePairs<String, Setting.Value>>) -> SettingsReader {
    reader(Array(sections))
}

/// The same for a list of sections that is put together piece by piece.
public func reader(
    _ sections: [(key: String, value: KeyValuePairs<String, Setting.Value>)]
) -> SettingsReader {
    var line = 0
    func next() -> Int {
        line += 1
        return line
    }
    return SettingsReader(
        SettingTable(
            entries: sections.map { name, keys in
                let head = next()
                let entries = keys.map { SettingTable.Entry(key: $0.key, setting: Setting($0.value, line: next())) }
                return SettingTable.Entry(
                    key: name, setting: Setting(.table(SettingTable(entries: entries)), line: head))
            }))
}

/// An inline table.
public func inline(_ keys: KeyValuePairs<String, Setting.Value>) -> Setting.Value {
    .table(SettingTable(entries: keys.map { SettingTable.Entry(key: $0.key, setting: Setting($0.value, line: 0)) }))
}

/// Keeps what an engine emits.
public final class EventRecorder: Sendable {
    private let kept = Mutex<[RunEvent]>([])

    /// Creates a record of nothing.
    public init() {}

    /// What was emitted, in its order.
    public var events: [RunEvent] { kept.withLock { $0 } }

    /// Forgets what was emitted so far.
    public func forget() { kept.withLock { $0 = [] } }

    /// What an engine on one thread is lent; its events come here.
    ///
    /// - Parameter isResuming: whether a checkpoint will be restored.
    public func context(seed: UInt64, isResuming: Bool = false) -> EngineContext {
        EngineContext(
            seed: seed, threads: 1, dataDirectories: [], isResuming: isResuming,
            emit: { event in self.kept.withLock { $0.append(event) } })
    }
}
