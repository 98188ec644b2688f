// SPDX-License-Identifier: Apache-2.0
// Layers carry a second criterion for their units; rows that are older than it have none.

/// Adds the log-evidence gain of removing each unit to the state of a layer; NULL where nobody computed it.
let addEvidenceGain20261125 = SchemaMigration(
    identifier: "2026-11-25 add evidence gain",
    sql: "ALTER TABLE layerState ADD COLUMN evidenceGain BLOB CHECK (length(evidenceGain) % 8 = 0)")
