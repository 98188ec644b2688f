// SPDX-License-Identifier: Apache-2.0
// Sections of session files for tests, without a file.

import EngineKit

/// A reader of one section; every key stands on a line of its own, from 1.
func section(_ keys: KeyValuePairs<String, Setting.Value>) -> SettingsReader {
    SettingsReader(
        SettingTable(
            entries: keys.enumerated().map { index, entry in
                SettingTable.Entry(key: entry.key, setting: Setting(entry.value, line: index + 1))
            }))
}

/// An inline table.
func inline(_ keys: KeyValuePairs<String, Setting.Value>) -> Setting.Value {
    .table(SettingTable(entries: keys.map { SettingTable.Entry(key: $0.key, setting: Setting($0.value, line: 1)) }))
}
