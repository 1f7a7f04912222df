import { shownText } from './commands.ts';
import { linesOf } from './config-lines.ts';
import { escapesOf } from './escapes.ts';
import type { PlaceSighting } from './sighting.ts';

/** Everybody may have these by the configuration that distributions bring. */
const usual = /^(?:root|%sudo|%wheel|%admin|#?0)$/;

/** Rules of sudoers(5) that give a user what an attacker would want. Lines that end with a backslash are joined. */
export function* readSudoers(text: string): Iterable<PlaceSighting> {
  const joined = text.replace(/\\\r?\n/g, ' ');
  for (const { number, text: line } of linesOf(joined)) {
    const defaults = /^Defaults\b.*?(!authenticate)\b/.exec(line);
    if (defaults !== null) {
      yield { rule: 'sudoers-without-password', line: number, detail: 'asks nobody for a password (!authenticate)' };
      continue;
    }
    if (/^(?:Defaults|\w+_Alias|@include|includedir)/.test(line)) continue;
    const equals = line.indexOf('=');
    const who = /^(?:"[^"]*"|\S+)/.exec(line)?.[0] ?? '';
    if (equals < 0 || who === '') continue;
    const rule = line.slice(equals + 1);
    const isFree = /\bNOPASSWD\s*:/.test(rule);
    const commands = rule.replace(/^\s*\([^)]*\)\s*/, '').replace(/\b[A-Z]+\s*:/g, '');
    const isAll = /(?:^|[\s,])ALL\b/.test(commands);
    if (isFree && isAll) {
      yield {
        rule: 'sudoers-without-password',
        line: number,
        detail: `lets ${shownText(who)} run everything without a password`,
      };
    } else if (isAll && !usual.test(who)) {
      yield { rule: 'sudoers-everything', line: number, detail: `lets ${shownText(who)} run everything` };
    } else if (!isAll) {
      for (const command of commands.split(',')) {
        const program = /^\s*(\/\S+)/.exec(command)?.[1];
        const what = program === undefined ? undefined : escapesOf(program);
        if (program === undefined || what === undefined) continue;
        const free = isFree ? ' without a password' : '';
        yield {
          rule: isFree ? 'sudoers-without-password' : 'sudoers-everything',
          line: number,
          detail: `lets ${shownText(who)} run ${shownText(program)}${free}, which ${what}`,
        };
      }
    }
  }
}
