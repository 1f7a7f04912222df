import type { AdvisoryDelta, AdvisoryDeltaResult, AdvisoryShelf, FeedAdvisory } from '../advisory-shelf.ts';
import { lookUpAdvisories, readRecordsOf } from './advisories-look-up.ts';
import { type NamesByNamespace, PAGE, RecordWriter } from './advisories-records.ts';
import { updateRows } from './advisories-rows.ts';
import type { SqlConnection, SqlReader, SqlWriter } from './connection.ts';
import { readAllEnrichments } from './enrichments.ts';
import { EnrichmentWriter } from './enrichments-writer.ts';
import type { Judging } from './judging.ts';
import { FEED } from './origins.ts';
import { recountNames } from './recount.ts';
import { restoreVulnerability } from './restore.ts';
import { namesOfVulnerabilities } from './set-vulnerabilities.ts';

/** Names in `key_value`: the generation that was taken over last, and what tells it from those of other databases. */
const GENERATION = 'advisories/generation';
const MARK = 'advisories/mark';
/** Present once all enrichments were taken over. */
const ENRICHED = 'advisories/enriched';

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
    feeds: async () => {
      const tables = ['advisory', 'enrichment', 'score_block'].map((table) => `SELECT feed FROM ${table}`);
      const rows = await connection.all<{ readonly feed: string }>(`${tables.join(' UNION ')} ORDER BY feed`);
      return rows.map(({ feed }) => feed);
    },
    isEnriched: async () => (await readValue(connection, ENRICHED)) !== undefined,
    enrich: async (names) => await connection.read(async (sql) => await readAllEnrichments(sql, names)),
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
    restore: async (namespace, name) =>
      await connection.write(
        async (sql) => await restoreVulnerability(sql, namespace, name, { judging, packagesOf: packagesOfSubjects }),
        { statementTimeout: 0 },
      ),
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
  const enriched = await takeEnrichments(sql, delta);
  await sql.lock('all-vulnerabilities');
  const { orders } = judging;
  const now = Date.now();
  const counts = await updateRows(sql, records.vulnerabilities, { orders, notify: delta.notify, now });
  if (enriched !== undefined) {
    const notify = delta.notify && enriched.wereKnown;
    const more = await updateRows(sql, await vulnerabilitiesNamed(sql, enriched.names), { orders, notify, now });
    counts.vulnerabilities += more.vulnerabilities;
    counts.notifications += more.notifications;
    for (const name of more.names) counts.names.add(name);
    const rejections = await vulnerabilitiesNamed(sql, enriched.rejections);
    for (const [namespace, names] of await packagesOfSubjects(sql, rejections)) {
      records.packages.set(namespace, new Set([...(records.packages.get(namespace) ?? []), ...names]));
    }
  }
  await analyse(sql, counts.vulnerabilities, ['vulnerability', 'fix', 'feed_vulnerability']);
  await sql.lock('new-vulnerabilities');
  const changed = new Set<number>();
  let judged = await judging.judgeAgain(sql, records.packages, changed);
  if (enriched !== undefined) judged += await judging.judgeRepositories(sql, enriched.repositories, changed);
  const { names, ...written } = counts;
  await recountNames(sql, [...names, ...(await namesOfVulnerabilities(sql, changed))]);
  await writeValue(sql, GENERATION, String(delta.generation));
  await writeValue(sql, MARK, delta.mark ?? '');
  return { advisories: records.changed, ...written, judged };
}

interface TakenEnrichments extends Pick<EnrichmentWriter, 'names' | 'rejections' | 'repositories'> {
  /** Some were taken over before. */
  readonly wereKnown: boolean;
}

async function takeEnrichments(sql: SqlWriter, { enrichments }: AdvisoryDelta): Promise<TakenEnrichments | undefined> {
  if (enrichments === undefined) return undefined;
  const wereKnown = (await readValue(sql, ENRICHED)) !== undefined;
  const writer = new EnrichmentWriter(sql, enrichments.complete);
  await writer.write(enrichments.rows);
  await analyse(sql, writer.names.size, ['enrichment', 'score_block']);
  if (enrichments.complete) await writeValue(sql, ENRICHED, '1');
  const { names, rejections, repositories } = writer;
  return { wereKnown, names, rejections, repositories };
}

/** Names among some that vulnerabilities of feeds have, by namespace. */
async function vulnerabilitiesNamed(sql: SqlReader, names: Iterable<string>): Promise<NamesByNamespace> {
  const all = [...names];
  const found = new Map<number, Set<string>>();
  for (let at = 0; at < all.length; at += PAGE) {
    const rows = await sql.arrays<readonly [number, string]>(
      `SELECT v.namespace_id, v.name FROM ${sql.dialect.list('$1', 'i', 'text')} CROSS JOIN vulnerability v
      WHERE v.name = i.value AND v.deleted_at IS NULL AND v.origin = ${FEED}`,
      [JSON.stringify(all.slice(at, at + PAGE))],
    );
    for (const [namespace, name] of rows) addName(found, namespace, name);
  }
  return found;
}

/** Packages that the records of some vulnerabilities name. */
async function packagesOfSubjects(sql: SqlReader, subjects: NamesByNamespace): Promise<NamesByNamespace> {
  const found = new Map<number, Set<string>>();
  for (const [namespace, names] of subjects) {
    const all = [...names];
    for (let at = 0; at < all.length; at += PAGE) {
      const rows = await sql.arrays<readonly [number, string]>(
        `SELECT DISTINCT e.namespace_id, e.package FROM ${sql.dialect.list('$1', 'i', 'text')}
        CROSS JOIN advisory_subject s CROSS JOIN advisory_entry e
        WHERE s.namespace_id = $2 AND s.name = i.value AND e.advisory_id = s.advisory_id`,
        [JSON.stringify(all.slice(at, at + PAGE)), namespace],
      );
      for (const [of, name] of rows) addName(found, of, name);
    }
  }
  return found;
}

function addName(names: Map<number, Set<string>>, namespace: number, name: string): void {
  const known = names.get(namespace);
  if (known === undefined) names.set(namespace, new Set([name]));
  else known.add(name);
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
