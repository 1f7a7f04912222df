import type { Database } from './sqlite.ts';

const texts = {
  insertFeed: `INSERT INTO feed (name, version, title, licence, enriches, state, records) VALUES (?, ?, ?, ?, ?, '{}', 0)
    ON CONFLICT (name) DO NOTHING`,
  selectFeed: 'SELECT id, version, state, records, enriches FROM feed WHERE name = ?',
  updateFeed: `UPDATE feed SET version = ?, title = ?, licence = ?, state = ?, updated_at = ?, records = ?,
    enriches = ?, failed_at = NULL, failure = NULL WHERE name = ?`,
  failFeed: 'UPDATE feed SET failed_at = ?, failure = ? WHERE name = ?',
  insertGeneration: 'INSERT INTO generation (built_at) VALUES (?)',
  insertNamespace: 'INSERT INTO namespace (name) VALUES (?)',
  selectNamespace: 'SELECT id FROM namespace WHERE name = ?',
  insertPackage: 'INSERT INTO package (name) VALUES (?)',
  selectPackage: 'SELECT id FROM package WHERE name = ?',
  selectCurrent: 'SELECT id, valid_from, digest FROM advisory WHERE feed = ? AND key = ? AND valid_to IS NULL',
  selectEnded: 'SELECT 1 FROM advisory WHERE valid_to = ? AND feed = ? AND key = ?',
  selectPrefix: 'SELECT id FROM advisory WHERE feed = ? AND key >= ? AND key < ? AND valid_to IS NULL',
  insertAdvisory: `INSERT INTO advisory (feed, key, valid_from, digest, name, severity, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  closeAdvisory: 'UPDATE advisory SET valid_to = ? WHERE id = ?',
  deleteAdvisory: 'DELETE FROM advisory WHERE id = ?',
  insertAffected: `INSERT INTO affected
    (namespace, package, advisory, position, feed, valid_from, kind, state, fixed, extra)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  closeAffected: 'UPDATE affected SET valid_to = ? WHERE advisory = ?',
  deleteAffected: 'DELETE FROM affected WHERE advisory = ?',
  selectNamespacesOf: 'SELECT namespace FROM affected WHERE advisory = ?',
  insertIdentifier: 'INSERT INTO identifier (name, advisory) VALUES (?, ?)',
  deleteIdentifiers: `DELETE FROM identifier WHERE advisory = ?1 AND name IN (
    SELECT d.name FROM advisory d WHERE d.id = ?1
    UNION ALL SELECT a.value FROM advisory d, json_each(d.detail, '$.a') a WHERE d.id = ?1
    UNION ALL SELECT r.value FROM advisory d, json_each(d.detail, '$.r') r WHERE d.id = ?1)`,
  selectHoldings: `SELECT h.namespace, n.name, h.entries FROM holding h JOIN namespace n ON n.id = h.namespace
    WHERE h.feed = ?`,
  upsertHolding: `INSERT INTO holding (feed, namespace, entries) VALUES (?, ?, ?)
    ON CONFLICT (feed, namespace) DO UPDATE SET entries = excluded.entries`,
  insertFrozen: 'INSERT OR REPLACE INTO frozen (feed, namespace, generation) VALUES (?, ?, ?)',
  selectEnrichment: 'SELECT valid_from, detail FROM enrichment WHERE feed = ? AND name = ? AND valid_to IS NULL',
  selectEndedEnrichment: 'SELECT 1 FROM enrichment WHERE feed = ? AND name = ? AND valid_to = ?',
  selectEnrichments: 'SELECT name FROM enrichment WHERE feed = ? AND name >= ? AND name < ? AND valid_to IS NULL',
  insertEnrichment: 'INSERT INTO enrichment (feed, name, valid_from, detail) VALUES (?, ?, ?, ?)',
  updateEnrichment: 'UPDATE enrichment SET detail = ? WHERE feed = ? AND name = ? AND valid_from = ?',
  closeEnrichment: 'UPDATE enrichment SET valid_to = ? WHERE feed = ? AND name = ? AND valid_to IS NULL',
  deleteEnrichment: 'DELETE FROM enrichment WHERE feed = ? AND name = ? AND valid_from = ?',
  selectBlocks: 'SELECT block FROM score_block WHERE feed = ? AND valid_to IS NULL',
  selectBlock: 'SELECT id, data FROM score_block WHERE feed = ? AND block = ? AND valid_to IS NULL',
  insertBlock: 'INSERT INTO score_block (feed, block, valid_from, data) VALUES (?, ?, ?, ?)',
  closeBlock: 'UPDATE score_block SET valid_to = ? WHERE id = ?',
  deleteFrozen: 'DELETE FROM frozen WHERE feed = ? AND namespace = ?',
} as const;

/** Behind every key that begins with a prefix, in the order of UTF-8. */
export const LAST_CHARACTER = '\u{10FFFF}';

type Statement = ReturnType<Database['prepare']>;

/** The statements with which a feed is written; rows come as arrays. */
export type Statements = Readonly<Record<keyof typeof texts, Statement>>;

export function prepareStatements(database: Database): Statements {
  const prepared: Partial<Record<keyof typeof texts, Statement>> = {};
  for (const name of Object.keys(texts) as (keyof typeof texts)[]) {
    const statement = database.prepare(texts[name]);
    statement.setReturnArrays(true);
    prepared[name] = statement;
  }
  return prepared as Statements;
}
