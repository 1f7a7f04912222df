import { criterionNames } from '../policy.ts';
import { criterionFault } from '../read.ts';
import type { ImportedFile } from './import.ts';
import type { ImportedEntry, LeftOut } from './imported.ts';

/** Days that an entry holds of which its file says nothing: long enough to look at each. */
const GRACE = 90;
/** Days that an entry may hold at most. */
const HORIZON = 366;
const DAY = 24 * 60 * 60 * 1000;

/** A policy made of files of other tools. */
export interface WrittenPolicy {
  readonly text: string;
  readonly entries: number;
  /** What of them is not in it, or not as it was. */
  readonly notes: readonly (LeftOut & { readonly file: string })[];
}

/** Writes entries of other tools as a policy. What they do not tell, a reason and an end, is filled in and named. */
export function writePolicy(files: readonly ImportedFile[], now: Date): WrittenPolicy {
  const notes: (LeftOut & { file: string })[] = [];
  const lines: string[] = [];
  let entries = 0;
  for (const { file, form, entries: own, left } of files) {
    for (const one of left) notes.push({ file, ...one });
    lines.push(`  # ${printable(file)} (${form})`);
    for (const entry of own) {
      const fault = faultOf(entry);
      if (fault !== undefined) {
        notes.push({ file, line: entry.line, what: criteriaWords(entry), why: fault });
        continue;
      }
      const { text, note } = entryText(entry, file, now);
      lines.push(...text);
      entries++;
      if (note !== undefined) notes.push({ file, line: entry.line, what: criteriaWords(entry), why: note });
    }
  }
  const body = entries === 0 ? ['accept: []'] : ['accept:', ...lines];
  return { text: `${body.join('\n')}\n`, entries, notes };
}

/** Why a policy cannot say it. */
function faultOf({ criteria }: ImportedEntry): string | undefined {
  for (const name of criterionNames) {
    for (const value of criteria[name] ?? []) {
      const fault = value.trim() === '' ? 'nothing is there' : criterionFault(name, value);
      if (fault !== undefined) return `${name}: ${fault}`;
    }
  }
  return undefined;
}

function entryText(
  { criteria, reason, expires, justification, line }: ImportedEntry,
  file: string,
  now: Date,
): { readonly text: readonly string[]; readonly note?: string } {
  const latest = day(now, HORIZON);
  const until = expires === undefined ? day(now, GRACE) : expires > latest ? latest : expires;
  const note =
    expires === undefined
      ? `it has no end; ${until} was set`
      : until === expires
        ? undefined
        : `it ends on ${expires}; ${until} was set, since nothing is accepted for longer than a year`;
  const pairs: (readonly [string, string])[] = [];
  for (const name of criterionNames) {
    const values: readonly string[] | undefined = criteria[name];
    if (values === undefined) continue;
    const words = values.map((value) => JSON.stringify(value));
    pairs.push([name, words.length === 1 ? words[0]! : `[${words.join(', ')}]`]);
  }
  pairs.push(['reason', JSON.stringify(reason ?? `imported from ${file}, line ${line}, which gives no reason`)]);
  pairs.push(['expires', until]);
  if (justification !== undefined) pairs.push(['justification', justification]);
  const text = pairs.map(([key, value], i) => `  ${i === 0 ? '- ' : '  '}${key}: ${value}`);
  return { text, ...(note !== undefined && { note }) };
}

function criteriaWords({ criteria }: ImportedEntry): string {
  return [...(criteria.id ?? []), ...(criteria.package ?? []), ...(criteria.image ?? [])].join(' ');
}

function day(now: Date, later: number): string {
  return new Date(now.getTime() + later * DAY).toISOString().slice(0, 10);
}

function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
