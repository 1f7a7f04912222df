import { jsonText } from '../../formats/json-text.ts';
import { escapeText } from '../../report/escape.ts';
import { countWords, nameProgram } from '../../report/words.ts';
import { line as wrapped } from '../db/summary.ts';
import { toolVersion } from '../tool-version.ts';
import { type DoctorLine, type LineState, lineGroups, lineStates } from './doctor-line.ts';

const words: Readonly<Record<LineState, string>> = {
  ok: 'ok',
  attention: 'look',
  absent: 'none',
  failed: 'FAILED',
};

const headings: Readonly<Record<DoctorLine['group'], string>> = {
  engines: 'Engines: what each found in images that were made for it',
  data: 'Data',
  machine: 'This machine',
};

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
  const state = Math.max(...lineStates.map((one) => words[one].length));
  const parts: string[] = [];
  for (const group of lineGroups) {
    const ofGroup = lines.filter((one) => one.group === group);
    if (ofGroup.length === 0) continue;
    parts.push(`${headings[group]}\n`);
    for (const { state: how, title, detail, advice } of ofGroup) {
      const indent = ' '.repeat(state + 4);
      parts.push(wrapped(`  ${words[how].padEnd(state)}  ${title}: ${detail}`, width, indent));
      if (advice !== undefined)
        parts.push(`${indent}${wrapped(nameProgram(advice, program), width - indent.length, indent)}`);
    }
    parts.push('\n');
  }
  const { ok, attention, absent, failed } = countStates(lines);
  const rest = [
    ...(attention > 0 ? [`${attention} to look at`] : []),
    ...(absent > 0 ? [`${absent} not there`] : []),
    failed === 0 ? 'nothing failed' : `${failed} FAILED`,
  ];
  return `${parts.join('')}${escapeText(`${countWords(ok, 'thing')} in order, ${rest.join(', ')}.`)}\n`;
}
