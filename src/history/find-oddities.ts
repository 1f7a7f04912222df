import type { HistoryOddity, Instruction } from '../model/history.ts';
import type { ImageInfo } from '../model/image.ts';

/** Tells what a builder would not have written. */
export function findOddities(
  image: Pick<ImageInfo, 'history' | 'config'>,
  _instructions: readonly Instruction[],
  _now: Date | undefined,
): HistoryOddity[] {
  return image.history.length === 0 ? [{ kind: 'missing', message: 'there is no history' }] : [];
}
