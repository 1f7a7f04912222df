import type { Instruction } from '../../model/history.ts';
import { undecidedIfBlind } from '../blind.ts';
import type { JudgedImage, Seen, Undecided } from '../rule.ts';

/** Longer than a build takes. */
const BUILD_MILLISECONDS: number = 6 * 60 * 60 * 1000;

/**
 * Several instructions of a kind in one build, of which the last one counts. Those of base images stand in the history, too:
 * what another builder recorded, or hours before, is taken for one of these.
 */
export function* repeats(image: JudgedImage, kind: Instruction['kind']): Iterable<Seen | Undecided> {
  yield* undecidedIfBlind(image);
  const { instructions } = image.history;
  const last = instructions.findLast((instruction) => instruction.kind === kind);
  if (last === undefined) return;
  const count = instructions.filter((one) => one.kind === kind && isOfOneBuild(one, last)).length;
  if (count < 2) return;
  yield {
    evidence: `The history has ${count} instructions ${kind} that seem to be of one build; only the last one is in force.`,
    instruction: last.index,
    confidence: 'low',
  };
}

function isOfOneBuild(one: Instruction, last: Instruction): boolean {
  if (one.builder !== last.builder) return false;
  const between = Math.abs(Date.parse(last.created ?? '') - Date.parse(one.created ?? ''));
  return !(between > BUILD_MILLISECONDS);
}
