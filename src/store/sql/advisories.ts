import type { AdvisoryDelta, AdvisoryDeltaResult, AdvisoryShelf, FeedAdvisory } from '../advisory-shelf.ts';
import { lookUpAdvisories, readRecordsOf } from './advisories-look-up.ts';
import { PAGE, RecordWriter } from './advisories-records.ts';
import { updateRows } from './advisories-rows.ts';
import type { SqlConnection, SqlReader, SqlWriter } from './connection.ts';
import type { Judging } from './judging.ts';

/** Names in `key_value`: the generation that was taken over last, and what tells it from those of other databases. */
const GENERATION = 'advisories/generation';
const MARK = 'advisories/mark';

/**
 * Changes after which PostgreSQL has to look at its tables again before it plans look-ups. SQLite does as it is told by
 * the order of joins.
 */
const ANALYSE = 10_000;

/** Advisories of the feeds, and the vulnerabilities that follow from them. */
export function createAdvisoryShelf(connection: SqlConnection, judging: Judging): AdvisoryShelf {
  return {
    generation: async () => Number((await readValue(connection, GENERATION)) ?? 0),
    mark: async () => await readValue(connection, MARK),
    unjudged: async () =>
      await connection.all(
        `SELECT n.name AS namespace, count(DISTINCT u.package_version_id) AS "packageVersions"
        FROM unjudged u
        JOIN vulnerability v ON v.id = u.vulnerability_id AND v.deleted_at IS NULL
        JOIN package_version p ON p.id = u.package_version_id
        JOIN namespace n ON n.id = p.namespace_id
        GROUP BY n.name ORDER BY n.name`,
      ),
    lookUp: async (keys) => await connection.read(async (sql) => await lookUpAdvisories(sql, keys)),
    recordsOf: async (name) => await connection.read(async (sql) => await readRecordsOf(sql, name)),
    // A load of everything has statements that take longer than those of a request may.
    apply: async (delta) =>
      await connection.write(async (sql) => await apply(sql, delta, judging), { statementTimeout: 0 }),
  };
}

async function apply(sql: SqlWriter, delta: AdvisoryDelta, judging: Judging): Promise<AdvisoryDeltaResult> {
  await sql.lockName('advisories', 'apply');
  const records = await RecordWriter.begin(sql, delta.complete);
  let read = 0;
  for await (const page of pagesOf(delta.upserts)) {
    await records.write(page);
    read += page.length;
    delta.onProgress?.(read);
  }
  for (let at = 0; at < delta.removals.length; at += PAGE) {
    await records.remove(delta.removals.slice(at, at + PAGE));
  }
  if (delta.complete) await records.removeUnseen();
  await analyse(sql, records.changed, ['advisory', 'advisory_entry', 'advisory_subject']);
  await sql.lock('all-vulnerabilities');
  const { orders } = judging;
  const counts = await updateRows(sql, records.vulnerabilities, { orders, notify: delta.notify, now: Date.now() });
  await analyse(sql, counts.vulnerabilities, ['vulnerability', 'fix', 'feed_vulnerability']);
  await sql.lock('new-vulnerabilities');
  const judged = await judging.judgeAgain(sql, records.packages);
  await writeValue(sql, GENERATION, String(delta.generation));
  await writeValue(sql, MARK, delta.mark ?? '');
  return { advisories: records.changed, ...counts, judged };
}

async function analyse(sql: SqlWriter, changes: number, tables: readonly string[]): Promise<void> {
  if (changes <= ANALYSE || sql.dialect.name !== 'postgres') return;
  for (const table of tables) await sql.run(`ANALYZE ${table}`);
}

async function* pagesOf(
  records: Iterable<FeedAdvisory> | AsyncIterable<FeedAdvisory>,
): AsyncGenerator<readonly FeedAdvisory[]> {
  let page: FeedAdvisory[] = [];
  for await (const record of records) {
    page.push(record);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function readValue(sql: SqlReader, key: string): Promise<string | undefined> {
  return (await sql.get<{ readonly value: string }>('SELECT value FROM key_value WHERE key = $1', [key]))?.value;
}

async function writeValue(sql: SqlWriter, key: string, value: string): Promise<void> {
  await sql.run(
    'INSERT INTO key_value (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    [key, value],
  );
}
