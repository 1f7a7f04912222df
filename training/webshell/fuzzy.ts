/**
 * How alike files are to known webshells: `node fuzzy.ts CORPUS FEATURES`, behind witnesses.ts.
 *
 * Known are the webshells of train without noisy ones. A digest that an honest file of train is like, at 40 or more, is
 * left out: it is of a licence or of a library. So is one that is like a kept one at 70. In FEATURES come to be
 * digests.txt, which ships, and fuzzy.ndjson: the best score of each row of validation, 0 for all others.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildDigestIndex } from '../../src/formats/ssdeep/digest-index.ts';

const [corpus, features] = process.argv.slice(2);
if (corpus === undefined || features === undefined) throw new Error('usage: node fuzzy.ts CORPUS FEATURES');

const HONEST = 40;
const ALIKE = 70;

function read<T>(folder: string, file: string): T[] {
  return readFileSync(path.join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

const lines = read<{ label: string; split: string; noisy?: boolean }>(corpus, 'corpus.ndjson');
const rows = read<{ index: number; variant: string }>(features, 'rows.ndjson').map(({ index, variant }) => ({
  ...lines[index]!,
  variant,
}));
const digests = read<{ fuzzy?: string }>(features, 'witnesses.ndjson').map(({ fuzzy }) => fuzzy);

const known = new Set<string>();
for (const [i, { split, label, noisy, variant }] of rows.entries()) {
  const digest = digests[i];
  if (digest !== undefined && split === 'train' && label === 'webshell' && !noisy && variant === '') known.add(digest);
}
const candidates = [...known].sort();
const index = buildDigestIndex(candidates);
const common = new Set<number>();
for (const [i, { split, label }] of rows.entries()) {
  const digest = digests[i];
  if (digest === undefined || split !== 'train' || label !== 'benign') continue;
  for (const { id } of index.query(digest, HONEST)) common.add(id);
}
const kept: string[] = [];
const covered = new Set<number>();
for (const [id, digest] of candidates.entries()) {
  if (common.has(id) || covered.has(id)) continue;
  kept.push(digest);
  for (const { id: other } of index.query(digest, ALIKE)) covered.add(other);
}
writeFileSync(path.join(features, 'digests.txt'), kept.map((digest) => `${digest}\n`).join(''));
const shipped = buildDigestIndex(kept);
const scores = rows.map(({ split }, i) => {
  const digest = digests[i];
  if (split === 'train' || digest === undefined) return 0;
  return shipped.query(digest, 1).reduce((best, { score }) => Math.max(best, score), 0);
});
writeFileSync(path.join(features, 'fuzzy.ndjson'), scores.map((score) => `${score}\n`).join(''));
process.stdout.write(`${known.size} digests, ${common.size} like honest files, ${kept.length} kept\n`);
