import { shownText, suspicionsOf } from './commands.ts';
import { linesOf } from './config-lines.ts';
import { type Setting, type SettingKind, settings } from './settings.ts';
import type { PlaceSighting } from './sighting.ts';

/** A longer line is no setting of a person. */
const LONGEST = 8192;

/** What lines of a configuration start, or have programs load. */
export function* readSetting(kind: SettingKind, text: string): Iterable<PlaceSighting> {
  const { line: pattern, rule, words = ['', ''], except, script }: Setting = settings[kind];
  /** Lines of the script that began, and where. */
  let open: { readonly from: number; readonly lines: string[] } | undefined;
  for (const { number, text: line } of linesOf(text)) {
    if (line.length > LONGEST) continue;
    if (open !== undefined && script !== undefined) {
      if (!script[1].test(line)) {
        // Lines that are left out keep their place.
        while (open.lines.length < number - open.from) open.lines.push('');
        open.lines.push(line);
        continue;
      }
      yield* suspicionsAt(open.lines.join('\n'), open.from);
      open = undefined;
      continue;
    }
    if (script?.[0].test(line) === true) {
      open = { from: number, lines: [] };
      continue;
    }
    const command = pattern
      .exec(line)
      ?.slice(1)
      .find((group) => group !== undefined);
    if (command === undefined || except?.test(command) === true) continue;
    if (rule !== undefined) {
      const [before, behind] = words;
      const blank = before.endsWith('_') ? '' : ' ';
      yield {
        rule,
        line: number,
        detail: `${before}${blank}${shownText(command)}${behind === '' ? '' : ` ${behind}`}`,
      };
    }
    yield* suspicionsAt(command.trim().replace(/^["']|["']?;?$/g, ''), number);
  }
  if (open !== undefined) yield* suspicionsAt(open.lines.join('\n'), open.from);
  if (kind === 'polkit') yield* polkitSightings(text);
}

function* suspicionsAt(command: string, line: number): Iterable<PlaceSighting> {
  for (const { rule, line: of, detail } of suspicionsOf(command)) yield { rule, line: line + of - 1, detail };
}

/** A rule of polkit that says yes and asks nothing first. */
function* polkitSightings(text: string): Iterable<PlaceSighting> {
  if (/\bif\b|\?|&&/.test(text)) return;
  for (const { number, text: line } of linesOf(text)) {
    if (!/\bpolkit\.Result\.YES\b/.test(line)) continue;
    yield { rule: 'polkit-lets-in', line: number, detail: 'lets everybody do what polkit is asked for' };
    return;
  }
}
