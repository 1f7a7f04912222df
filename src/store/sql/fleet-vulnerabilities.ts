import { UsageError } from '../../errors.ts';
import { compareCodePoints } from '../../model/order.ts';
import type { SpreadVulnerability, VulnerabilityFilter, VulnerabilityOrder } from '../fleet-shelf.ts';
import type { SqlReader } from './connection.ts';
import { summed } from './fleet-sums.ts';
import { readCursor, writeCursor } from './images-rows.ts';
import { severityNumber, severityOf } from './severities.ts';

/** A vulnerability of the last images, with the number of its severity. */
export interface Spread {
  readonly name: string;
  readonly severity: number;
  readonly images: number;
  readonly findings: number;
  readonly fixable: number;
  readonly exploited: boolean;
}

type SpreadRow = readonly [name: string, severity: number, images: number, findings: number, fixable: number];

/**
 * The vulnerabilities of the last images, as this process read them last: there are tens of thousands of them. Whether anything
 * happened that could have changed them is known in two thousandths of a second.
 */
export class KnownSpread {
  #stamp: string | undefined;
  #rows: readonly Spread[] = [];

  /** @param sql sees one state: what is kept is of the state that the stamp is of */
  async read(sql: SqlReader): Promise<readonly Spread[]> {
    const stamp = await readStamp(sql);
    if (stamp === this.#stamp) return this.#rows;
    const rows = await readRows(sql);
    this.#stamp = stamp;
    this.#rows = rows;
    return rows;
  }
}

/**
 * Differs whenever the sums over all images may: they follow from which images there are and what was read of them, from the
 * advisories, and from what users wrote, which leaves a notification.
 */
async function readStamp(sql: SqlReader): Promise<string> {
  // The sum, not the latest: it differs, too, where the clock was set back. Of a few thousand images it is more than a number of
  // JavaScript holds exactly, and of none that there will be more than the database does.
  const row = await sql.get<Record<string, number | string | null>>(
    `SELECT (SELECT count(*) FROM image) AS images, (SELECT max(id) FROM image) AS last, (SELECT CAST(sum(changed_at) AS TEXT) FROM image) AS changed,
      coalesce((SELECT max(id) FROM notification), 0) AS notification`,
  );
  const values = await sql.all<{ readonly key: string; readonly value: string }>(
    `SELECT key, value FROM key_value WHERE key IN ('advisories/generation', 'advisories/mark') ORDER BY key`,
  );
  return JSON.stringify([row, values]);
}

async function readRows(sql: SqlReader): Promise<readonly Spread[]> {
  const rows = await sql.arrays<SpreadRow>(
    `SELECT s.name, max(s.severity), ${summed(sql, 's.images', 'images')}, ${summed(sql, 's.findings', 'findings')},
      ${summed(sql, 's.fixable', 'fixable')}
    FROM vulnerability_spread s WHERE s.findings > 0 GROUP BY s.name`,
  );
  const known = await sql.arrays<readonly [string]>(`SELECT e.name FROM enrichment e WHERE e.feed = 'cisa-kev'`);
  const exploited = new Set(known.map(([name]) => name));
  return rows.map(([name, severity, images, findings, fixable]) => ({
    ...{ name, severity, images, findings, fixable },
    exploited: exploited.has(name),
  }));
}

const orders: Readonly<Record<VulnerabilityOrder, (a: Spread, b: Spread) => number>> = {
  images: (a, b) => b.images - a.images || b.severity - a.severity || compareCodePoints(a.name, b.name),
  severity: (a, b) => b.severity - a.severity || b.images - a.images || compareCodePoints(a.name, b.name),
  name: (a, b) => compareCodePoints(a.name, b.name),
};

/** A page of vulnerabilities, in order. */
export function pageOfSpread(
  all: readonly Spread[],
  { order = 'images', prefix = '', severities, exploited, fixable, after, limit }: VulnerabilityFilter,
): { readonly vulnerabilities: readonly SpreadVulnerability[]; readonly next?: string } {
  const compare = orders[order];
  const wanted = severities && new Set(severities.map(severityNumber));
  const last = after === undefined ? undefined : placeOf(order, after);
  const found = all
    .filter(
      (one) =>
        one.name.startsWith(prefix) &&
        (wanted === undefined || wanted.has(one.severity)) &&
        (exploited === undefined || one.exploited === exploited) &&
        (fixable === undefined || one.fixable > 0 === fixable) &&
        (last === undefined || compare(one, last) > 0),
    )
    .sort(compare);
  const page = found.slice(0, limit);
  const end = page.at(-1);
  return {
    vulnerabilities: page.map(({ severity, ...rest }) => ({ ...rest, severity: severityOf(severity) })),
    ...(found.length > limit &&
      end !== undefined && { next: writeCursor([order, end.images, end.severity, end.name]) }),
  };
}

function placeOf(order: VulnerabilityOrder, after: string): Spread {
  const [of, images, severity, name] = readCursor<readonly [string, number, number, string]>(after, ['', 0, 0, '']);
  if (of !== order) throw new UsageError('usage.option', 'The cursor is one of a list in another order.');
  return { name, severity, images, findings: 0, fixable: 0, exploited: false };
}
