import { fuzzyDigest } from '../../formats/ssdeep/digest.ts';
import { buildDigestIndex, type DigestIndex } from '../../formats/ssdeep/digest-index.ts';
import { LEAST_ALIKE } from './known-digests.ts';

/**
 * Tells how alike a text is to the most alike of known ones, 0 to 100.
 *
 * Digests are compared where the block size of one is that of the other, half or twice as much. Those of a block size are
 * made ready when a text first needs them: few scripts need few of them.
 */
export function likenessTo(digests: readonly string[]): (text: Uint8Array) => number {
  const groups = Map.groupBy(digests, blockSize);
  const indexes = new Map<number, DigestIndex>();

  function indexOf(size: number): DigestIndex | undefined {
    const known = indexes.get(size);
    const group = groups.get(size);
    if (known !== undefined || group === undefined) return known;
    const made = buildDigestIndex(group);
    indexes.set(size, made);
    return made;
  }

  return (text) => {
    if (text.length < LEAST_ALIKE) return 0;
    const digest = fuzzyDigest(text);
    const size = blockSize(digest);
    let best = 0;
    for (const near of [size / 2, size, size * 2]) {
      for (const { score } of indexOf(near)?.query(digest) ?? []) best = Math.max(best, score);
    }
    return best;
  };
}

function blockSize(digest: string): number {
  return Number(digest.slice(0, digest.indexOf(':')));
}
