import type { Instruction } from '../model/history.ts';
import type { JudgedImage } from './rule.ts';

/** Why rules about instructions are undecided where {@link isBlind}. */
export const blindReason = 'cannot be decided: the history does not record the instructions that made the image';

const opaque: ReadonlySet<Instruction['kind']> = new Set(['IMPORT', 'COMMIT', 'LAYER', 'UNKNOWN']);

/**
 * Whether the history records nothing that could be judged: imported and committed images, and those of tools that put down
 * names of layers. Such a name (`Application Layer`) has the form of a command of which nobody says that it was run.
 */
export function isBlind({ history }: Pick<JudgedImage, 'history'>): boolean {
  return history.instructions.every(
    ({ kind, builder, form, isCertain }) =>
      opaque.has(kind) || (kind === 'RUN' && builder === 'unknown' && form === 'exec' && !isCertain),
  );
}

/** What a rule that asks the history yields where that tells nothing. */
export function* undecidedIfBlind(image: Pick<JudgedImage, 'history'>): Iterable<{ readonly undecided: string }> {
  if (isBlind(image)) yield { undecided: blindReason };
}
