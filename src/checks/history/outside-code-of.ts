import { type OutsideCode, outsideCode } from '../outside-code.ts';
import type { RanCommand, Run } from './commands.ts';

/** Code from outside that a run runs, by its own commands. */
export interface RanOutsideCode {
  readonly kind: OutsideCode['kind'];
  readonly source: RanCommand;
  readonly runner?: RanCommand;
}

/** Findings of one run that are looked at: each rule tells the first of its kind. */
const MOST = 100;

/**
 * Finds code from outside in a run.
 * @param checks whether a command compares files with digests or signatures
 */
export function outsideCodeOf(run: Run, checks: (ran: RanCommand) => boolean): readonly RanOutsideCode[] {
  const ranBy = new Map(run.commands.map((ran) => [ran.command, ran]));
  const commands = run.commands.map(({ command }) => command);
  const found: RanOutsideCode[] = [];
  const isCheck = (command: RanCommand['command']): boolean => checks(ranBy.get(command)!);
  for (const { kind, source, runner } of outsideCode(commands, { checks: isCheck })) {
    const ran = runner === undefined ? undefined : ranBy.get(runner);
    found.push({ kind, source: ranBy.get(source)!, ...(ran !== undefined && { runner: ran }) });
    if (found.length === MOST) break;
  }
  return found;
}
