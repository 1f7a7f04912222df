import type { Database } from './sqlite.ts';

/** Name in `meta` of the first generation that can still be asked. */
export const HISTORY_FROM = 'history_from';

/**
 * Forgets records that ended before the generation that was current at `before`, and scores that ended before the one of
 * `scoresBefore`. What a frozen namespace is answered from stays.
 */
export function pruneHistory(database: Database, before: Date, scoresBefore: Date): void {
  const scores = generationAt(database, scoresBefore);
  if (scores !== null) database.prepare('DELETE FROM score_block WHERE valid_to <= ?').run(scores);
  const generation = generationAt(database, before);
  if (generation === null) return;
  const doomed = `
    SELECT d.id FROM advisory d WHERE d.valid_to <= ?1 AND NOT EXISTS (
      SELECT 1 FROM frozen z WHERE z.feed = d.feed AND d.valid_from <= z.generation AND d.valid_to > z.generation)`;
  for (const sql of [
    `DELETE FROM identifier WHERE advisory IN (${doomed})`,
    `DELETE FROM affected WHERE advisory IN (${doomed})`,
    `DELETE FROM advisory WHERE id IN (${doomed})`,
    'DELETE FROM enrichment WHERE valid_to <= ?1',
  ]) {
    database.prepare(sql).run(generation);
  }
  database
    .prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
    .run(HISTORY_FROM, String(generation));
}

function generationAt(database: Database, moment: Date): number | null {
  const select = database.prepare('SELECT max(id) FROM generation WHERE built_at <= ?');
  select.setReturnArrays(true);
  const [generation] = select.get(moment.toISOString()) as unknown as readonly [number | null];
  return generation;
}
