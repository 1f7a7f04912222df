import { parseDigest } from './parsed-digest.ts';
import { listOf, scoreOf, subjectOf } from './score.ts';

/**
 * How alike two digests are, from 0 to 100, as libfuzzy 2.14 counts; -1 where one is none (see `parseDigest`). Digests of
 * few letters say little: `3::`, that of an empty file, is like itself alone, and that with 100.
 */
export function compareDigests(a: string, b: string): number {
  const subject = parseDigest(a);
  const other = parseDigest(b);
  if (subject === undefined || other === undefined) return -1;
  return scoreOf(subjectOf(subject), listOf([other]), 0, 0);
}
