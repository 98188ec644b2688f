// SPDX-License-Identifier: Apache-2.0
// Events whose bulk is numbers: draws, predictions, batch statistics.

/// Adds the table of numeric records.
///
/// `body` is the JSON of the description, `lengths` the JSON list of the lengths of the arrays, `numbers` these arrays
/// behind each other as little-endian 32-bit numbers.
let addRecord20261125 = SchemaMigration(
    identifier: "2026-11-25 add record",
    sql: """
        CREATE TABLE record (
          sequence INTEGER PRIMARY KEY,
          step INTEGER NOT NULL,
          seconds REAL NOT NULL,
          kind TEXT NOT NULL CHECK (kind <> ''),
          body TEXT NOT NULL CHECK (body <> ''),
          lengths TEXT NOT NULL CHECK (lengths <> ''),
          numbers BLOB NOT NULL CHECK (length(numbers) % 4 = 0)
        ) STRICT;
        """)
