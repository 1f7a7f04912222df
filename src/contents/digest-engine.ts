import { readFileSync } from 'node:fs';
import { type DigestAlgorithm, readDigestList } from '../formats/digest-list.ts';
import type { RuleSet } from '../model/check.ts';
import type { Witness, WitnessKind } from '../model/witness.ts';
import { type ContentEngine, NOTHING } from './engine.ts';

/** Raised whenever the same list would say something else. */
const VERSION = 1;

/** Files of a size or less are nobody's: an empty file, a line end. */
const LEAST_BYTES = 6;

type Known = ReadonlyMap<DigestAlgorithm, ReadonlyMap<string, string>>;

/** Knows files by the digests of a list. */
export function digestEngine(set: RuleSet, kind: WitnessKind): ContentEngine {
  let known: Known | undefined;
  return {
    name: `digests:${set.name}`,
    rules: `${VERSION} ${set.digest}`,
    takes: (_type, { size }) => size >= LEAST_BYTES,
    judge: (content) => {
      known ??= readLists(set.files);
      const witnesses: Witness[] = [];
      for (const [algorithm, names] of known) {
        const rule = names.get(content.digest(algorithm));
        if (rule !== undefined) witnesses.push({ engine: 'digest', kind, weight: 'certain', rule, set: set.name });
      }
      return witnesses.length === 0 ? NOTHING : { witnesses };
    },
  };
}

function readLists(files: readonly string[]): Known {
  const known = new Map<DigestAlgorithm, Map<string, string>>();
  for (const file of files) {
    for (const { algorithm, digest, name } of readDigestList(readFileSync(file, 'utf8')).digests) {
      let names = known.get(algorithm);
      if (names === undefined) {
        names = new Map();
        known.set(algorithm, names);
      }
      if (!names.has(digest)) names.set(digest, name);
    }
  }
  return known;
}
