import { createHash } from 'node:crypto';
import { type FileStanding, fileStandings } from '../model/analyzer.ts';

/**
 * Some files of a layer, by `FileHeader.offset`: two members of a layer may have one path, no two files one place. Plain data,
 * so that a thread can be told.
 */
export interface ChosenFiles {
  /** Rising. */
  readonly offsets: Float64Array;
  /** For each the number of its standing in `fileStandings`. */
  readonly standings: Uint8Array;
}

/** @param standings for each offset */
export function chooseFiles(offsets: readonly number[], standings: readonly FileStanding[]): ChosenFiles {
  const codes = Uint8Array.from(standings, (standing) => fileStandings.indexOf(standing));
  if (offsets.every((offset, at) => at === 0 || (offsets[at - 1] as number) < offset))
    return { offsets: Float64Array.from(offsets), standings: codes };
  const order = Uint32Array.from(offsets.keys()).sort((a, b) => (offsets[a] as number) - (offsets[b] as number));
  return {
    offsets: Float64Array.from(order, (at) => offsets[at] as number),
    standings: Uint8Array.from(order, (at) => codes[at] as number),
  };
}

/** How a file stands among the packages; undefined where it is not among the chosen ones. */
export function standingOf({ offsets, standings }: ChosenFiles, offset: number): FileStanding | undefined {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return offsets[low] === offset ? fileStandings[standings[low] as number] : undefined;
}

/** Names the choice: the same files that stand alike, the same text. */
export function nameOfChoice({ offsets, standings }: ChosenFiles): string {
  const bytes = new Uint8Array(offsets.buffer, offsets.byteOffset, offsets.byteLength);
  return createHash('sha256').update(bytes).update(standings).digest('hex');
}
