import type { Builder, ImageHistory, Instruction } from '../model/history.ts';
import type { ImageInfo } from '../model/image.ts';
import { buildersOf, committedFrom } from './entry-builder.ts';
import { findOddities } from './find-oddities.ts';
import { type BuildState, readEntry } from './read-entry.ts';
import { defaultShell } from './shells.ts';

export interface HistoryOptions {
  /** Times after it are told as odd. Absent: no time is too late. */
  readonly now?: Date;
}

/** Configuration values that take part in reading: they tell what builders put down without quotes. */
type Read = Pick<ImageInfo, 'history' | 'config'> & { readonly layers?: ImageInfo['layers'] };

/**
 * Reads the history of an image: which instruction each entry stands for, who wrote it, which layer it made. Nothing in it is
 * proof of anything; it is what the image says of itself. Takes any history, in time linear in its length, and throws nothing.
 *
 * Sources: the image specification ("history"), and what the builders write, as recorded in fixtures/.
 */
export function readHistory(image: Read, options: HistoryOptions = {}): ImageHistory {
  const builders = buildersOf(image.history, image.config);
  const commits = committedFrom(image.history, builders, image.config);
  const state: BuildState = { shell: defaultShell, values: new Map(), config: image.config };
  const instructions = image.history.map((entry, index) =>
    readEntry(entry, index >= commits ? 'commit' : builders[index]!, state),
  );
  return {
    builder: builderOfAll(instructions),
    instructions,
    oddities: findOddities(image, instructions, options.now),
  };
}

function builderOfAll(instructions: readonly Instruction[]): Builder {
  return instructions.findLast(({ builder }) => builder !== 'unknown')?.builder ?? 'unknown';
}
