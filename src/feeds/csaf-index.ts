import { wholeText } from './feed-file.ts';
import { sortableMoment } from './osv-index.ts';

/** A line of `changes.csv` or `deletions.csv`: what changed, and when. */
export interface CsafIndexRow {
  /** `2024/cve-2024-0001.json`. */
  readonly id: string;
  /** Sorts as text in the order of time. */
  readonly modified: string;
}

const LINE = /^"?([\w.:%+-]+(?:\/[\w.:%+-]+)*)"?,"?([^",]+)"?$/;

/**
 * Reads an index of a CSAF directory (CSAF 2.0 section 7.1.13): `"2024/cve-2024-0001.json","2024-08-04T10:17:22+00:00"`,
 * newest first. Lines of another form are counted.
 */
export function readCsafIndex(document: Uint8Array): {
  readonly rows: readonly CsafIndexRow[];
  readonly unread: number;
} {
  const rows: CsafIndexRow[] = [];
  let unread = 0;
  for (const text of wholeText(document, 'the index').split('\n')) {
    const line = text.trim();
    if (line === '') continue;
    const [, id, moment] = line.length > 1000 ? [] : (LINE.exec(line) ?? []);
    const modified = sortableMoment(moment);
    if (id === undefined || modified === undefined || id.split('/').includes('..')) unread++;
    else rows.push({ id, modified });
  }
  return { rows, unread };
}
