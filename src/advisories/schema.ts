/** Marks the file as one of ours: `DrdK` (SQLite file format, section 1.2.9). */
export const APPLICATION_ID = 0x4472644b;

/** Raised with every change of the tables. Readers refuse what they do not know. */
export const SCHEMA_VERSION = 2;

/**
 * Records are valid from one generation up to and without another: `valid_to` is NULL while a record is current. A
 * changed record is a new row, so that every generation that is kept can be asked as it was.
 *
 * - `affected` is what look-ups walk, and all they walk: namespace and package are numbers, so that half a million rows
 *   stay small, and what tells whether a row counts stands in it again. The rows of one package lie side by side; their
 *   advisories do not, and are read only once a version turns out to be affected. `fixed` holds the one range that nearly
 *   every row has; `extra` is JSON for the others.
 * - `holding` counts the current rows of a feed in a namespace, to notice one that shrinks.
 * - `frozen` names the generation that answers for a namespace which its publisher gave up.
 * - `enrichment` has what enrichers say, one row for each name. Its `detail` is all there is to it, so that it serves as
 *   its own digest.
 * - `score_block` has EPSS scores, which all change every day, a thousand numbers of CVEs to a row: see score-block.ts.
 * - `enriches` of a feed: 0 it has no enrichments, 1 some, 2 nothing else.
 */
export const SCHEMA = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE generation (id INTEGER PRIMARY KEY, built_at TEXT NOT NULL) STRICT;
  CREATE TABLE feed (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, title TEXT NOT NULL,
    licence TEXT NOT NULL, state TEXT NOT NULL, updated_at TEXT, records INTEGER NOT NULL,
    failed_at TEXT, failure TEXT, enriches INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE namespace (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE package (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE advisory (
    id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, key TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER,
    digest BLOB NOT NULL, name TEXT NOT NULL, severity INTEGER NOT NULL, detail TEXT
  ) STRICT;
  CREATE UNIQUE INDEX advisory_current ON advisory (feed, key) WHERE valid_to IS NULL;
  CREATE INDEX advisory_ended ON advisory (valid_to) WHERE valid_to IS NOT NULL;
  CREATE TABLE affected (
    namespace INTEGER NOT NULL, package INTEGER NOT NULL, advisory INTEGER NOT NULL, position INTEGER NOT NULL,
    feed INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER, kind INTEGER NOT NULL, state INTEGER NOT NULL, fixed TEXT, extra TEXT,
    PRIMARY KEY (namespace, package, advisory, position)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX affected_advisory ON affected (advisory);
  CREATE TABLE identifier (
    name TEXT NOT NULL, advisory INTEGER NOT NULL, PRIMARY KEY (name, advisory)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE holding (
    feed INTEGER NOT NULL, namespace INTEGER NOT NULL, entries INTEGER NOT NULL, PRIMARY KEY (feed, namespace)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE frozen (
    feed INTEGER NOT NULL, namespace INTEGER NOT NULL, generation INTEGER NOT NULL, PRIMARY KEY (feed, namespace)
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE enrichment (
    feed INTEGER NOT NULL, name TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER, detail TEXT NOT NULL,
    PRIMARY KEY (feed, name, valid_from)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX enrichment_ended ON enrichment (valid_to) WHERE valid_to IS NOT NULL;
  CREATE TABLE score_block (
    id INTEGER PRIMARY KEY, feed INTEGER NOT NULL, block INTEGER NOT NULL, valid_from INTEGER NOT NULL,
    valid_to INTEGER, data BLOB NOT NULL
  ) STRICT;
  CREATE INDEX score_block_name ON score_block (feed, block, valid_from);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
