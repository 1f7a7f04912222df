import { UsageError } from '../../errors.ts';
import type { ImageSums, SummedImage, SummedImageFilter } from '../fleet-shelf.ts';
import type { SqlReader, SqlValue } from './connection.ts';
import { type CountColumns, IS_COUNTED, IS_FAILED, severityCounts } from './fleet-sums.ts';
import { readCursor, readImages, stateNumber, writeCursor } from './images-rows.ts';
import { countColumns } from './set-vulnerabilities.ts';
import { severityNumber } from './severities.ts';
import { storable } from './storable.ts';

/** The gravest first: what images are sorted by. */
const byGravity = [...countColumns].reverse();

interface SumRow extends CountColumns {
  readonly number: number;
  readonly set: number;
  readonly latest: number;
  readonly complete: number;
  readonly endOfLife: string | null;
  readonly kinds: string;
  readonly exploited: number;
}

/** The images of a page, in its order, with their sums. */
export async function readSummedImages(
  sql: SqlReader,
  filter: SummedImageFilter,
): Promise<{ readonly images: readonly SummedImage[]; readonly next?: string }> {
  const parameters: SqlValue[] = [filter.limit + 1];
  const place = (value: SqlValue): string => `$${parameters.push(value)}`;
  const { order = 'newest' } = filter;
  const conditions = [...conditionsOf(filter, place), ...afterOf(filter, place)];
  const bySums = order === 'severity' || needsSums(filter);
  const counts = byGravity.map((name) => `coalesce(c.${name}, 0)`);
  const sorted = {
    newest: 'g.id DESC',
    severity: `${counts.map((count) => `${count} DESC`).join(', ')}, g.id DESC`,
    reference: 'g.reference, g.id DESC',
  }[order];
  const found = await sql.all<Record<string, number | string>>(
    `SELECT g.id AS number, g.reference${order === 'severity' ? `, ${counts.map((count, n) => `${count} AS c${n}`).join(', ')}` : ''}
    FROM image g ${bySums ? 'JOIN image_summary s ON s.image_id = g.id LEFT JOIN package_set_count c ON c.set_id = s.set_id' : ''}
    WHERE ${['1 = 1', ...conditions].join(' AND ')} ORDER BY ${sorted} LIMIT $1`,
    parameters,
  );
  const page = found.slice(0, filter.limit);
  const last = page.at(-1);
  const images = await readNumbered(
    sql,
    page.map(({ number }) => number as number),
  );
  if (found.length <= filter.limit || last === undefined) return { images };
  const key =
    order === 'severity' ? byGravity.map((_, n) => last[`c${n}`]!) : order === 'reference' ? [last['reference']!] : [];
  return { images, next: writeCursor([order, ...key, last['number']!]) };
}

/** Images by their numbers, with their sums, in the order of the numbers that are given. */
export async function readNumbered(sql: SqlReader, numbers: readonly number[]): Promise<readonly SummedImage[]> {
  if (numbers.length === 0) return [];
  const list = sql.dialect.list('$1', 'i', 'integer');
  const asked = [JSON.stringify(numbers)];
  const images = await readImages(sql, `WHERE g.id IN (SELECT value FROM ${list})`, asked);
  const rows = await sql.all<SumRow>(
    `SELECT s.image_id AS number, s.set_id AS "set", s.latest, s.complete, s.end_of_life AS "endOfLife", s.kinds,
      ${countColumns.map((name) => `coalesce(c.${name}, 0) AS "${name}"`).join(', ')}, coalesce(c.fixable, 0) AS fixable,
      (SELECT count(DISTINCT v.name) FROM enrichment e JOIN set_vulnerability v ON v.name = e.name AND v.set_id = s.set_id
        WHERE e.feed = 'cisa-kev') AS exploited
    FROM ${list} CROSS JOIN image_summary s LEFT JOIN package_set_count c ON c.set_id = s.set_id
    WHERE s.image_id = i.value`,
    asked,
  );
  const sums = new Map(rows.map((row) => [row.number, sumsOf(row)]));
  const known = new Map(images.map(({ number, image }) => [number, image]));
  return numbers.flatMap((number): SummedImage[] => {
    const image = known.get(number);
    const own = sums.get(number);
    // What is scanned again is as its state says.
    return image === undefined ? [] : [{ image, ...(own !== undefined && image.state === 'done' && { sums: own }) }];
  });
}

function sumsOf(row: SumRow): ImageSums {
  const { latest, complete, endOfLife, kinds, exploited, fixable } = row;
  return {
    findings: severityCounts(row),
    fixable,
    exploited,
    latest: latest === 1,
    complete: complete === 1,
    ...(endOfLife !== null && { endOfLife }),
    kinds: JSON.parse(kinds) as Record<string, number>,
  };
}

function needsSums(filter: SummedImageFilter): boolean {
  const { severities, latest, complete, endedBefore, kind, exploited, concern } = filter;
  const judged = concern === 'failed' ? undefined : concern;
  return [severities, latest, complete, endedBefore, kind, exploited, judged].some((one) => one !== undefined);
}

function conditionsOf(filter: SummedImageFilter, place: (value: SqlValue) => string): readonly string[] {
  const { state, text, reference, distribution, severities, latest, complete, endedBefore, kind, exploited } = filter;
  const conditions: string[] = [];
  if (state !== undefined) conditions.push(`g.state = ${stateNumber(state)}`);
  if (text !== undefined && text !== '') {
    const part = place(storable(text));
    // The one way to look for a part that both databases understand alike, case and wildcards included.
    conditions.push(`(replace(g.reference, ${part}, '') <> g.reference OR g.digest = ${part})`);
  }
  if (reference !== undefined) conditions.push(`g.reference = ${place(storable(reference))}`);
  if (distribution !== undefined) {
    const name = place(storable(distribution));
    conditions.push(`(g.distribution = ${name} OR substr(g.distribution, 1, length(${name}) + 1) = ${name} || ':')`);
  }
  if (severities !== undefined) {
    const columns = new Set(severities.map((severity) => countColumns[Math.min(severityNumber(severity), 5)]!));
    conditions.push(`(${[...columns].map((name) => `c.${name} > 0`).join(' OR ') || '1 = 0'})`);
  }
  if (latest !== undefined) conditions.push(`s.latest = ${latest ? 1 : 0}`);
  if (complete !== undefined) conditions.push(`s.complete = ${complete ? 1 : 0}`);
  if (endedBefore !== undefined) conditions.push(`s.end_of_life < ${place(endedBefore)}`);
  if (kind !== undefined) {
    const word = place(storable(JSON.stringify(kind)));
    conditions.push(`replace(s.kinds, ${word}, '') <> s.kinds`);
  }
  if (exploited !== undefined) {
    conditions.push(`s.set_id ${exploited ? '' : 'NOT '}IN (SELECT v.set_id FROM enrichment e
      JOIN set_vulnerability v ON v.name = e.name WHERE e.feed = 'cisa-kev')`);
  }
  if (filter.concern !== undefined) conditions.push(concerns[filter.concern]);
  return conditions;
}

/** The same as what `readOverview` counts. */
const concerns: Readonly<Record<NonNullable<SummedImageFilter['concern']>, string>> = {
  'fixable-critical': `(c.fixable_critical > 0 AND ${IS_COUNTED})`,
  malware: `(replace(replace(s.kinds, '"malware"', ''), '"webshell"', '') <> s.kinds AND ${IS_COUNTED})`,
  failed: IS_FAILED,
};

/** What comes after the page before. */
function afterOf(
  { after, order = 'newest' }: SummedImageFilter,
  place: (value: SqlValue) => string,
): readonly string[] {
  if (after === undefined) return [];
  const shape = {
    newest: ['', 0],
    severity: ['', ...byGravity.map(() => 0), 0],
    reference: ['', '', 0],
  }[order] as readonly (string | number)[];
  const [of, ...key] = readCursor(after, shape);
  if (of !== order) throw new UsageError('usage.option', 'The cursor is one of a list in another order.');
  if (order === 'newest') return [`g.id < ${place(key[0])}`];
  if (order === 'reference') {
    const [name, number] = key.map(place);
    return [`(g.reference > ${name} OR (g.reference = ${name} AND g.id < ${number}))`];
  }
  const columns = [...byGravity.map((name) => `coalesce(c.${name}, 0)`), 'g.id'];
  return [`(${columns.join(', ')}) < (${key.map(place).join(', ')})`];
}
