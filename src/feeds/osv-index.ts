import { hash } from 'node:crypto';
import { wholeText } from './feed-file.ts';

/** A line of `modified_id.csv`. */
export interface OsvIndexRow {
  readonly id: string;
  /** Sorts as text in the order of time. */
  readonly modified: string;
}

/** What an update knows of the records it took in. */
export interface Watermark {
  /** The latest change that was taken in. */
  readonly modified: string;
  /** Digest of the ids that changed at that very moment: more may get the same time later. */
  readonly edge: string;
}

/**
 * Reads `modified_id.csv` (google.github.io/osv.dev/data): `2024-08-15T00:05:00.123456Z,ID`, newest first. Lines of
 * another form are left out.
 */
export function readOsvIndex(document: Uint8Array): OsvIndexRow[] {
  const rows: OsvIndexRow[] = [];
  for (const line of wholeText(document, 'the index').split('\n')) {
    const comma = line.indexOf(',');
    const modified = comma < 0 ? undefined : sortableMoment(line.slice(0, comma));
    // The index of all ecosystems writes ECOSYSTEM/ID.
    const id = line.slice(line.lastIndexOf('/') + 1 || comma + 1).trim();
    if (modified !== undefined && id !== '' && id.length <= 200) rows.push({ id, modified });
  }
  return rows;
}

/** A moment in UTC with nine decimals, so that text order is time order; undefined if it is none. */
export function sortableMoment(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text.trim());
  if (match === null) return undefined;
  const [, seconds, fraction = '', zone] = match;
  const time = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(time)) return undefined;
  return `${new Date(time).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
}

/** The mark that stands for having taken in everything of `rows` up to `modified`. */
export function watermarkAt(rows: readonly OsvIndexRow[], modified: string): Watermark {
  const ids = rows.filter((row) => row.modified === modified).map((row) => row.id);
  return { modified, edge: hash('sha256', ids.sort().join('\n')) };
}

/** Ids of the records that changed after the mark was set. */
export function changedSince(rows: readonly OsvIndexRow[], mark: Watermark): string[] {
  const sameEdge = watermarkAt(rows, mark.modified).edge === mark.edge;
  const ids = new Set<string>();
  for (const { id, modified } of rows) {
    if (modified > mark.modified || (modified === mark.modified && !sameEdge)) ids.add(id);
  }
  return [...ids];
}

/** Moments behind this are wrong: some records bear impossible dates, which must not become a watermark. */
export function latestPossible(now: number): string {
  return new Date(now + 24 * 60 * 60 * 1000).toISOString();
}

/** The latest moment of the index that is possible. */
export function newestOf(rows: readonly OsvIndexRow[], now: number): string | undefined {
  const ceiling = latestPossible(now);
  let result: string | undefined;
  for (const { modified } of rows) {
    if (modified < ceiling && (result === undefined || modified > result)) result = modified;
  }
  return result;
}
