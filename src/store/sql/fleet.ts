import { hash } from 'node:crypto';
import {
  countedSeverities,
  type FleetOverview,
  type FleetPulse,
  type FleetShelf,
  type FleetSums,
  type SeverityCounts,
  type SummedImage,
} from '../fleet-shelf.ts';
import type { ImageState } from '../image-shelf.ts';
import type { SqlConnection, SqlReader } from './connection.ts';
import { readNumbered, readSummedImages } from './fleet-images.ts';
import { IS_COUNTED, IS_FAILED, keepDay, LAST_SETS, readDays, readSums, summed } from './fleet-sums.ts';
import { KnownSpread, pageOfSpread, type Spread } from './fleet-vulnerabilities.ts';
import { readImages, stateNumber } from './images-rows.ts';
import { readRemovals } from './removed-images.ts';
import { countColumns } from './set-vulnerabilities.ts';

/** Notifications that are counted; what is beyond is said to be as many. */
const MOST_UNREAD = 1000;

/** What is known of all images at once. */
export function createFleetShelf(connection: SqlConnection): FleetShelf {
  const known = new KnownSpread();
  const sums = async (): Promise<FleetSums> =>
    await connection.read(async (sql) => await readSums(sql, await known.read(sql)));
  return {
    images: async (filter) => await connection.read(async (sql) => await readSummedImages(sql, filter)),
    image: async (id) =>
      await connection.read(async (sql) => {
        const row = await sql.get<{ readonly number: number }>('SELECT id AS number FROM image WHERE uuid = $1', [id]);
        const [found] = row === undefined ? [] : await readNumbered(sql, [row.number]);
        return found;
      }),
    vulnerabilities: async (filter) =>
      await connection.read(async (sql) => pageOfSpread(await known.read(sql), filter)),
    overview: async (today, most) =>
      await connection.read(async (sql) => await readOverview(sql, await known.read(sql), today, most)),
    sums,
    pulse: async () => await connection.read(readPulse),
    changedSince: async (moment, limit) =>
      await connection.read(async (sql) => {
        const images = await readImages(
          sql,
          'WHERE g.changed_at >= $1 ORDER BY g.changed_at DESC, g.id DESC LIMIT $2',
          [moment, limit],
        );
        return images.map(({ image }) => image);
      }),
    removedSince: async (moment, limit) => await connection.read(async (sql) => await readRemovals(sql, moment, limit)),
    keepDay: async (day) => {
      const now = await sums();
      await connection.write(async (sql) => await keepDay(sql, day, now));
    },
    days: async (from) => await connection.read(async (sql) => await readDays(sql, from)),
  };
}

async function readOverview(
  sql: SqlReader,
  spread: readonly Spread[],
  today: string,
  most: number,
): Promise<FleetOverview> {
  return {
    sums: await readSums(sql, spread),
    vulnerabilities: bySeverity(spread),
    ...(await readStates(sql)),
    ...(await readConcerns(sql, today)),
    ...(await readKinds(sql)),
    distributions: await readDistributions(sql),
    worst: await readWorst(sql, most),
    widespread: pageOfSpread(spread, { limit: most }).vulnerabilities,
    exploited: pageOfSpread(spread, { limit: most, exploited: true }).vulnerabilities,
    unread: await readUnread(sql),
  };
}

function bySeverity(spread: readonly Spread[]): SeverityCounts {
  const counts = Object.fromEntries(countedSeverities.map((name) => [name, 0])) as Record<keyof SeverityCounts, number>;
  for (const { severity } of spread) counts[countColumns[Math.min(severity, 5)]!]++;
  return counts;
}

async function readStates(sql: SqlReader): Promise<Pick<FleetOverview, 'states' | 'failed'>> {
  const rows = await sql.all<{ readonly state: number; readonly count: number }>(
    'SELECT state, count(*) AS count FROM image GROUP BY state',
  );
  const countOf = (state: ImageState): number => rows.find((row) => row.state === stateNumber(state))?.count ?? 0;
  const failed = await sql.get<{ readonly count: number }>(`SELECT count(*) AS count FROM image g WHERE ${IS_FAILED}`);
  return {
    states: {
      queued: countOf('queued'),
      scanning: countOf('scanning'),
      done: countOf('done'),
      failed: countOf('failed'),
    },
    failed: failed!.count,
  };
}

type Concerns = Pick<FleetOverview, 'exploitedImages' | 'fixableCriticalImages' | 'incomplete' | 'endOfLife'>;

async function readConcerns(sql: SqlReader, today: string): Promise<Concerns> {
  const row = await sql.get<{ readonly incomplete: number; readonly endOfLife: number }>(
    `SELECT ${summed(sql, '1 - s.complete', 'incomplete')},
      ${summed(sql, 'CASE WHEN s.end_of_life < $1 THEN 1 ELSE 0 END', '"endOfLife"')}
    FROM image_summary s WHERE ${IS_COUNTED}`,
    [today],
  );
  const imagesIn = async (sets: string): Promise<number> => {
    const found = await sql.get<{ readonly images: number }>(
      `SELECT ${summed(sql, 'l.images', 'images')} FROM ${LAST_SETS} l WHERE l.set_id IN (${sets})`,
    );
    return found!.images;
  };
  return {
    ...row!,
    exploitedImages: await imagesIn(
      `SELECT v.set_id FROM enrichment e JOIN set_vulnerability v ON v.name = e.name WHERE e.feed = 'cisa-kev'`,
    ),
    fixableCriticalImages: await imagesIn('SELECT c.set_id FROM package_set_count c WHERE c.fixable_critical > 0'),
  };
}

async function readKinds(sql: SqlReader): Promise<Pick<FleetOverview, 'kinds' | 'malwareImages'>> {
  // Few images differ in these.
  const rows = await sql.all<{ readonly kinds: string; readonly count: number }>(
    `SELECT s.kinds, count(*) AS count FROM image_summary s WHERE ${IS_COUNTED} AND s.kinds <> '{}' GROUP BY s.kinds`,
  );
  const kinds: Record<string, { images: number; findings: number }> = {};
  let malwareImages = 0;
  for (const { kinds: text, count } of rows) {
    const has = JSON.parse(text) as Record<string, number>;
    if ('malware' in has || 'webshell' in has) malwareImages += count;
    for (const [kind, findings] of Object.entries(has)) {
      kinds[kind] ??= { images: 0, findings: 0 };
      const sums = kinds[kind];
      sums.images += count;
      sums.findings += findings * count;
    }
  }
  return { kinds, malwareImages };
}

async function readDistributions(sql: SqlReader): Promise<FleetOverview['distributions']> {
  return await sql.all(
    `SELECT s.distribution, count(*) AS images FROM image_summary s
    WHERE ${IS_COUNTED} AND s.distribution IS NOT NULL GROUP BY s.distribution ORDER BY 2 DESC, 1 LIMIT 100`,
  );
}

async function readWorst(sql: SqlReader, most: number): Promise<readonly SummedImage[]> {
  const order = [...countColumns].reverse().map((name) => `c.${name} DESC`);
  const rows = await sql.all<{ readonly number: number }>(
    `SELECT s.image_id AS number FROM image_summary s JOIN package_set_count c ON c.set_id = s.set_id
    WHERE ${IS_COUNTED} ORDER BY ${order.join(', ')}, s.image_id DESC LIMIT $1`,
    [most],
  );
  return await readNumbered(
    sql,
    rows.map(({ number }) => number),
  );
}

async function readUnread(sql: SqlReader): Promise<number> {
  const row = await sql.get<{ readonly count: number }>(
    'SELECT count(*) AS count FROM (SELECT id FROM notification WHERE deleted_at IS NULL LIMIT $1) n',
    [MOST_UNREAD],
  );
  return row!.count;
}

async function readPulse(sql: SqlReader): Promise<FleetPulse> {
  const row = await sql.get<{ readonly now: number; readonly notification: number }>(
    `SELECT ${sql.dialect.now} AS now, coalesce((SELECT max(id) FROM notification), 0) AS notification`,
  );
  const values = await sql.all<{ readonly key: string; readonly value: string }>(
    `SELECT key, value FROM key_value WHERE key IN ('advisories/generation', 'updater/state')`,
  );
  const textOf = (key: string): string => values.find((one) => one.key === key)?.value ?? '';
  return {
    ...row!,
    generation: Number(textOf('advisories/generation')),
    updated: hash('sha256', textOf('updater/state')),
    unread: await readUnread(sql),
  };
}
