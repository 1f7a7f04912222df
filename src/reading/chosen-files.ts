import { createHash } from 'node:crypto';

/**
 * Some files of a layer, by `FileHeader.offset`: two members of a layer may have one path, no two files one place. Rising.
 * Plain data, so that a thread can be told.
 */
export type ChosenFiles = Float64Array;

/** @param offsets in any order */
export function chooseFiles(offsets: readonly number[]): ChosenFiles {
  return Float64Array.from(offsets).sort();
}

/** Whether a file is among the chosen ones. */
export function isChosen(offsets: ChosenFiles, offset: number): boolean {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return offsets[low] === offset;
}

/** Names the choice: the same files, the same text. */
export function nameOfChoice(files: ChosenFiles): string {
  const bytes = new Uint8Array(files.buffer, files.byteOffset, files.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
