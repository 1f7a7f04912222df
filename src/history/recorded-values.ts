import type { InstructionFlag, InstructionPair } from '../model/history.ts';
import { readListAt, readQuoted } from './go-values.ts';

/** What `HEALTHCHECK &{["CMD-SHELL" "exit 0"] "5s" "3s" "0s" "0s" '\x03'}` tells. */
export interface RecordedHealthCheck {
  readonly test: readonly string[];
  readonly flags: readonly InstructionFlag[];
}

/** In the order of the structure that the builders print; the interval of the start is younger than the rest. */
const durations = {
  3: ['interval', 'timeout', 'start-period'],
  4: ['interval', 'timeout', 'start-period', 'start-interval'],
};

/** Reads a health check as the builders of Docker print it. */
export function readHealthCheck(text: string): RecordedHealthCheck | undefined {
  if (!text.startsWith('&{[')) return undefined;
  const list = readListAt(text, 2);
  if (list === undefined) return undefined;
  const values: string[] = [];
  let at = list.end;
  while (text[at] === ' ') {
    const item = readQuoted(text, at + 1);
    if (item === undefined) break;
    values.push(item.value);
    at = item.end;
  }
  const retries = values.length === 4 || values.length === 5 ? values.pop() : undefined;
  const names = durations[values.length as 3 | 4] ?? [];
  const flags: InstructionFlag[] = names
    .map((name, index) => ({ name, value: values[index]! }))
    .filter(({ value }) => value !== '0s');
  const count = retries?.codePointAt(0) ?? 0;
  if (count > 0) flags.push({ name: 'retries', value: String(count) });
  return { test: list.values, flags };
}

/**
 * Takes `A=1 B=two words C=3` apart. Builders put values down without quotes; what the configuration says of a name decides
 * where it fits, else the next word that looks like `NAME=` does.
 */
export function splitPairs(
  text: string,
  known: ReadonlyMap<string, string>,
): { readonly pairs: readonly InstructionPair[]; readonly isCertain: boolean } {
  const pairs: InstructionPair[] = [];
  let isCertain = true;
  let at = 0;
  let equals = text.indexOf('=');
  while (at < text.length) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    // Looked for once, however many names without a value stand before it.
    if (equals >= 0 && equals < at) equals = text.indexOf('=', at);
    if (equals < 0) {
      // Of ARG, names without a value.
      for (const name of text.slice(at).split(' ')) if (name !== '') pairs.push({ name });
      break;
    }
    const blank = text.indexOf(' ', at);
    if (blank >= 0 && blank < equals) {
      pairs.push({ name: text.slice(at, blank) });
      at = blank + 1;
      continue;
    }
    const name = text.slice(at, equals);
    const value = known.get(name);
    const start = equals + 1;
    if (value !== undefined && text.startsWith(value, start) && isEnd(text, start + value.length)) {
      pairs.push({ name, value });
      at = start + value.length;
      continue;
    }
    nextName.lastIndex = start;
    const next = nextName.exec(text);
    const end = next === null ? text.length : next.index;
    const found = text.slice(start, end).trimEnd();
    isCertain &&= !/\s/.test(found);
    pairs.push({ name, value: found });
    at = end;
  }
  // With one name, there is nothing that a blank could part.
  return { pairs, isCertain: isCertain || pairs.length === 1 };
}

const nextName = / (?=[A-Za-z_][\w./-]*=)/g;

function isEnd(text: string, at: number): boolean {
  return at >= text.length || /^ +(?:$|[^\s=]+=)/.test(text.slice(at, at + 300));
}
