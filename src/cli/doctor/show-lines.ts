import { jsonText } from '../../formats/json-text.ts';
import { countWords, nameProgram } from '../../report/words.ts';
import { line as wrapped } from '../db/summary.ts';
import { toolVersion } from '../tool-version.ts';
import type { DoctorLine, LineState } from './doctor-line.ts';

const words: Readonly<Record<LineState, string>> = { ok: 'ok', attention: 'look', absent: 'none', failed: 'FAILED' };

/** How many lines have each state. */
function countStates(lines: readonly DoctorLine[]): Readonly<Record<LineState, number>> {
  const of = (state: LineState): number => lines.filter((one) => one.state === state).length;
  return { ok: of('ok'), attention: of('attention'), absent: of('absent'), failed: of('failed') };
}

/** For programs: `schemaVersion` rises when a field changes its meaning. */
export function linesAsJson(lines: readonly DoctorLine[], checkedAt: Date): string {
  const counts = countStates(lines);
  return jsonText({
    schemaVersion: 1,
    tool: { name: 'drydock', version: toolVersion },
    checkedAt: checkedAt.toISOString(),
    ok: counts.failed === 0,
    counts,
    lines,
  });
}

/** For people, no wider than `width` where the words allow that. */
export function linesAsText(lines: readonly DoctorLine[], width: number, program: string): string {
  const indent = ' '.repeat('FAILED  '.length);
  const parts = lines.flatMap(({ state, title, detail, advice }) => [
    wrapped(`${words[state].padEnd(indent.length)}${title}: ${detail}`, width, indent),
    ...(advice === undefined
      ? []
      : [`${indent}${wrapped(nameProgram(advice, program), width - indent.length, indent)}`]),
  ]);
  const { ok, attention, absent, failed } = countStates(lines);
  const rest = [
    ...(attention > 0 ? [`${attention} to look at`] : []),
    ...(absent > 0 ? [`${absent} not there`] : []),
    failed === 0 ? 'nothing failed' : `${failed} FAILED`,
  ];
  return `${parts.join('')}\n${countWords(ok, 'thing')} in order, ${rest.join(', ')}.\n`;
}
