import path from 'node:path';
import { type ErrorCode, UsageError } from '../errors.ts';
import { didYouMean, nearest } from './nearest.ts';
import type { OptionSpec, Output } from './options.ts';

/** Where a value was written. */
export interface Place {
  /** `--fail-on`, `DRYDOCK_FAIL_ON`, `drydock.yaml:3: fail-on`: begins every message about the value. */
  readonly name: string;
  readonly origin: 'flag' | 'environment' | 'file';
  /** Relative paths start here. */
  readonly folder: string;
}

function fail(place: Place, message: string): never {
  const code: ErrorCode = place.origin === 'flag' ? 'usage.option' : 'usage.configuration';
  throw new UsageError(code, `${place.name}: ${message}`);
}

const yes = ['true', '1', 'yes', 'on'];
const no = ['false', '0', 'no', 'off'];

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1h30m` -> 5,400,000; a bare number means seconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (/^\d{1,9}(\.\d{1,3})?$/.test(text)) return Math.round(Number(text) * 1000);
  if (!/^(\d{1,9}(\.\d{1,3})?(ms|s|m|h)){1,4}$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(number) * (unitMilliseconds[unit ?? ''] ?? 0);
  }
  return Math.round(total);
}

function parseText(raw: unknown, place: Place): string {
  if (typeof raw === 'string' && raw !== '') return raw;
  return fail(place, raw === '' ? 'the value is empty.' : `a text is expected, not ${JSON.stringify(raw)}.`);
}

function parseChoice(raw: unknown, choices: readonly string[], place: Place): string {
  const text = parseText(raw, place);
  const choice = text.trim().toLowerCase();
  if (choices.includes(choice)) return choice;
  return fail(
    place,
    `${JSON.stringify(text)} is not one of ${choices.join(', ')}.${didYouMean(choice, choices, (c) => `"${c}"`)}`,
  );
}

/** Several texts, each of which may hold several words: `['a,b', 'c']`, `'a, b'`. */
function parseWords(raw: unknown, place: Place): string[] {
  const texts = Array.isArray(raw) ? raw : [raw];
  const words = texts.flatMap((text) =>
    parseText(text, place)
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  );
  return words.length > 0 ? words : fail(place, 'the list is empty.');
}

function parseOutput(raw: unknown, choices: readonly string[], place: Place): Output {
  const text = parseText(raw, place);
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) {
    const word = text.toLowerCase();
    const hint = choices.includes(word)
      ? `For ${word} on standard output use --format ${word}.`
      : `For example: ${nearest(path.extname(text).slice(1), choices) ?? 'json'}=${at < 0 ? text : 'FILE'}`;
    return fail(place, `FORMAT=FILE is expected, not ${JSON.stringify(text)}. ${hint}`);
  }
  return {
    format: parseChoice(text.slice(0, at), choices, place),
    file: path.resolve(place.folder, text.slice(at + 1)),
  };
}

function parseInteger(raw: unknown, [least, most]: readonly [number, number], place: Place): number {
  const value = typeof raw === 'string' && /^\s*\d{1,9}\s*$/.test(raw) ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  return fail(place, `a whole number from ${least} to ${most} is expected, not ${JSON.stringify(raw)}.`);
}

/**
 * Checks a value as it was written and turns it into the one in `Settings`.
 * @param raw texts of a flag (several where it was repeated), text of a variable, or what YAML made of it.
 * @throws UsageError that names the place, what is expected and what was probably meant.
 */
export function parseValue(spec: OptionSpec, raw: unknown, place: Place): unknown {
  const choices = spec.choices ?? [];
  switch (spec.kind) {
    case 'switch': {
      const word = typeof raw === 'string' ? raw.trim().toLowerCase() : String(raw);
      if (typeof raw === 'boolean' || yes.includes(word)) return word !== 'false';
      return no.includes(word) ? false : fail(place, `true or false is expected, not ${JSON.stringify(raw)}.`);
    }
    case 'text':
      return parseText(raw, place);
    case 'path':
      return path.resolve(place.folder, parseText(raw, place));
    case 'integer':
      return parseInteger(raw, spec.range ?? [0, Number.MAX_SAFE_INTEGER], place);
    case 'duration': {
      const duration = parseDuration(typeof raw === 'number' ? String(raw) : parseText(raw, place).trim());
      return duration !== undefined && duration > 0
        ? duration
        : fail(place, `a duration like 90s, 5m or 1h30m is expected, not ${JSON.stringify(raw)}.`);
    }
    case 'choice':
      return parseChoice(raw, choices, place);
    case 'choices':
      return [...new Set(parseWords(raw, place).map((word) => parseChoice(word, choices, place)))];
    case 'words':
      return [...new Set(parseWords(raw, place))];
    case 'outputs':
      return (Array.isArray(raw) ? raw : place.origin === 'environment' ? parseWords(raw, place) : [raw]).map((text) =>
        parseOutput(text, choices, place),
      );
  }
}
