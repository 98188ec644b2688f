// SPDX-License-Identifier: Apache-2.0
// The first version of the schema. Constraints are here so that wrong code cannot store nonsense.

/// Creates the tables of a run.
///
/// Every row of what happened carries `sequence`, its place in the run's one stream of events; numbers are never used
/// again, not even after rows were dropped. SQLite has no NaN and stores NULL instead, so a NULL in a column of real
/// numbers means NaN. Blobs hold little-endian numbers; `MetricChunk` describes the rows of `metricChunk`.
let createRun20261123 = SchemaMigration(
    identifier: "2026-11-23 create run",
    sql: """
        CREATE TABLE run (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          name TEXT NOT NULL CHECK (name <> ''),
          engine TEXT NOT NULL,
          title TEXT NOT NULL,
          seed TEXT NOT NULL CHECK (seed <> '' AND seed NOT GLOB '*[^0-9]*'),
          threads INTEGER NOT NULL,
          sessionPath TEXT NOT NULL,
          sessionText TEXT NOT NULL,
          versions TEXT NOT NULL CHECK (versions <> ''),
          headlineMetric TEXT NOT NULL,
          createdAt REAL NOT NULL
        ) STRICT;

        CREATE TABLE runStatus (
          id INTEGER PRIMARY KEY CHECK (id = 1) REFERENCES run (id),
          state TEXT NOT NULL CHECK (
            state IN ('starting', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted')),
          reason TEXT,
          step INTEGER,
          totalSteps INTEGER,
          epoch REAL,
          stage TEXT,
          nextSequence INTEGER NOT NULL CHECK (nextSequence >= 0),
          truncations INTEGER NOT NULL CHECK (truncations >= 0),
          processIdentifier INTEGER,
          machine TEXT NOT NULL,
          heartbeat REAL NOT NULL,
          summary TEXT CHECK (summary <> '')
        ) STRICT;

        CREATE TABLE metricGroup (
          id INTEGER PRIMARY KEY,
          names TEXT NOT NULL UNIQUE CHECK (names <> '')
        ) STRICT;

        CREATE TABLE metricChunk (
          id INTEGER PRIMARY KEY,
          metricGroup INTEGER NOT NULL REFERENCES metricGroup (id) ON DELETE CASCADE,
          firstSequence INTEGER NOT NULL,
          lastSequence INTEGER NOT NULL CHECK (lastSequence >= firstSequence),
          firstStep INTEGER NOT NULL,
          lastStep INTEGER NOT NULL CHECK (lastStep >= firstStep),
          firstSeconds REAL NOT NULL,
          rowCount INTEGER NOT NULL CHECK (rowCount > 0),
          rows BLOB NOT NULL CHECK (length(rows) > 0 AND length(rows) % rowCount = 0)
        ) STRICT;
        CREATE INDEX metricChunkByGroup ON metricChunk (metricGroup, firstSequence);
        CREATE INDEX metricChunkBySequence ON metricChunk (lastSequence);

        CREATE TABLE layerSnapshot (
          sequence INTEGER PRIMARY KEY,
          step INTEGER NOT NULL,
          epoch REAL,
          seconds REAL NOT NULL
        ) STRICT;

        CREATE TABLE layerState (
          snapshot INTEGER NOT NULL REFERENCES layerSnapshot (sequence) ON DELETE CASCADE,
          position INTEGER NOT NULL CHECK (position >= 0),
          name TEXT NOT NULL,
          signalToNoise BLOB NOT NULL CHECK (length(signalToNoise) % 8 = 0),
          mu BLOB NOT NULL CHECK (length(mu) % 8 = 0),
          logSigma BLOB NOT NULL CHECK (length(logSigma) % 8 = 0),
          kullbackLeibler REAL,
          PRIMARY KEY (snapshot, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE event (
          sequence INTEGER PRIMARY KEY,
          step INTEGER NOT NULL,
          seconds REAL NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('costGraph', 'stage', 'message')),
          body TEXT NOT NULL CHECK (body <> '')
        ) STRICT;

        CREATE TABLE evaluation (
          sequence INTEGER PRIMARY KEY,
          step INTEGER NOT NULL,
          seconds REAL NOT NULL,
          requestIdentifier INTEGER NOT NULL,
          thresholds BLOB NOT NULL CHECK (length(thresholds) % 8 = 0),
          testError REAL
        ) STRICT;

        CREATE TABLE command (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          body TEXT NOT NULL CHECK (length(body) <= 1000000),
          sentAt REAL NOT NULL,
          takenAt REAL
        ) STRICT;
        CREATE INDEX commandWaiting ON command (id) WHERE takenAt IS NULL;

        CREATE TABLE checkpointRecord (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          step INTEGER NOT NULL,
          sequence INTEGER NOT NULL,
          byteCount INTEGER NOT NULL CHECK (byteCount > 0),
          checksum INTEGER NOT NULL CHECK (checksum BETWEEN 0 AND 4294967295),
          isBest INTEGER NOT NULL CHECK (isBest IN (0, 1)),
          savedAt REAL NOT NULL
        ) STRICT;
        """)
