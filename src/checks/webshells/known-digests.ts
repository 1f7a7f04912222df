import { readFileSync } from 'node:fs';
import { fuzzyDigest } from '../../formats/ssdeep/digest.ts';
import { readDigestFile } from '../../formats/ssdeep/digest-file.ts';
import { buildDigestIndex, type DigestIndex } from '../../formats/ssdeep/digest-index.ts';
import type { RuleSet } from '../../model/check.ts';
import type { Witness } from '../../model/witness.ts';

/** Bytes of a text; shorter ones have too little to be alike. */
export const LEAST_ALIKE = 256;
/** What a likeness is worth by itself: docs/checks/webshells.md has the curve. */
const WEAK = 50;
export const STRONG = 60;

/** Fuzzy digests of one source. */
export interface DigestSource {
  /** As witnesses name it. */
  readonly set: string;
  readonly digests: readonly { readonly digest: string; readonly name: string }[];
}

/** The digests of a list that somebody brought. Broken lines are left out: `drydock rules status` names them. */
export function setDigests(set: RuleSet): DigestSource {
  const digests = set.files.flatMap((file) => readDigestFile(readFileSync(file, 'utf8')).digests);
  return { set: set.name, digests };
}

/** Finds the known webshells that a text is like. */
export class KnownDigests {
  readonly #sources: readonly { readonly source: DigestSource; readonly index: DigestIndex }[];

  constructor(sources: readonly DigestSource[]) {
    this.#sources = sources
      .filter(({ digests }) => digests.length > 0)
      .map((source) => ({ source, index: buildDigestIndex(source.digests.map(({ digest }) => digest)) }));
  }

  /**
   * Who speaks against a text.
   * @param text without comments
   */
  witnesses(text: Uint8Array): readonly Witness[] {
    if (text.length < LEAST_ALIKE || this.#sources.length === 0) return [];
    const digest = fuzzyDigest(text);
    return this.#sources.flatMap(({ source, index }): Witness[] => {
      const [match] = index.query(digest, WEAK);
      if (match === undefined) return [];
      const { id, score } = match;
      const weight = score >= STRONG ? 'strong' : 'weak';
      const rule = source.digests[id]?.name ?? 'known-webshell';
      return [{ engine: 'fuzzy', kind: 'webshell', weight, rule, set: source.set, score, view: 'stripped' }];
    });
  }
}
