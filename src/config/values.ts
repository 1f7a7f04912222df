import path from 'node:path';
import { type ErrorCode, UsageError } from '../errors.ts';
import { didYouMean, nearest } from './nearest.ts';
import type { OptionSpec } from './options.ts';
import { namedTwice, readOutput, type WrittenOutput } from './outputs.ts';

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

/** Characters of a value that a message repeats. */
const SHOWN = 60;

/** A value in a message: short, and never unfolded where YAML made a list or mapping of it, which may be a bomb. */
export function showValue(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  if (typeof raw === 'object' && raw !== null) return 'a mapping';
  if (typeof raw !== 'string') return String(raw);
  return JSON.stringify(raw.length > SHOWN ? `${raw.slice(0, SHOWN)}...` : raw);
}

const yes = ['true', '1', 'yes', 'on'];
const no = ['false', '0', 'no', 'off'];

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A timer counts its milliseconds in 31 bits: more would be over at once. */
const LONGEST = 500 * 3_600_000;

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
  return fail(place, raw === '' ? 'the value is empty.' : `a text is expected, not ${showValue(raw)}.`);
}

function parseChoice(raw: unknown, choices: readonly string[], place: Place): string {
  const text = parseText(raw, place);
  const choice = text.trim().toLowerCase();
  if (choices.includes(choice)) return choice;
  const hint = choice === 'asff' ? ' Take sarif, or write a template.' : didYouMean(choice, choices, (c) => `"${c}"`);
  return fail(place, `${showValue(text)} is not one of ${choices.join(', ')}.${hint}`);
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

function parseOutput(raw: unknown, choices: readonly string[], place: Place): WrittenOutput {
  const text = parseText(raw, place);
  const output = readOutput(text, choices, place.folder);
  if (typeof output === 'string') return fail(place, `${output}, not ${showValue(text)}.${outputHint(text, choices)}`);
  if (output.format !== undefined) parseChoice(output.format, choices, place);
  return output;
}

/** What was probably meant by a word that is neither a format nor looks like a file. */
function outputHint(text: string, choices: readonly string[]): string {
  if (text.includes('=')) return ` For example: ${nearest(text.replace(/=.*/s, ''), choices) ?? 'json'}=FILE`;
  const meant = didYouMean(text, choices, (choice) => `"${choice}"`);
  return meant === '' && text.length <= SHOWN ? ` For example: json=${text}` : meant;
}

/** Two reports in one file would leave the last alone. */
function parseOutputs(texts: readonly unknown[], choices: readonly string[], place: Place): WrittenOutput[] {
  const outputs = texts.map((text) => parseOutput(text, choices, place));
  const twice = namedTwice(outputs);
  if (twice === '-') fail(place, 'standard output is named twice, and takes one report.');
  if (twice !== undefined) fail(place, `${showValue(twice)} is named twice; every report needs its own file.`);
  return outputs;
}

function parseInteger(raw: unknown, [least, most]: readonly [number, number], place: Place): number {
  const value = typeof raw === 'string' && /^\s*\d{1,9}\s*$/.test(raw) ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  return fail(place, `a whole number from ${least} to ${most} is expected, not ${showValue(raw)}.`);
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
      if (typeof raw === 'boolean') return raw;
      const word = typeof raw === 'string' || typeof raw === 'number' ? String(raw).trim().toLowerCase() : '';
      if (yes.includes(word)) return true;
      return no.includes(word) ? false : fail(place, `true or false is expected, not ${showValue(raw)}.`);
    }
    case 'text':
      return parseText(raw, place);
    case 'path':
      return path.resolve(place.folder, parseText(raw, place));
    case 'integer':
      return parseInteger(raw, spec.range ?? [0, Number.MAX_SAFE_INTEGER], place);
    case 'duration': {
      const duration = parseDuration(typeof raw === 'number' ? String(raw) : parseText(raw, place).trim());
      if (duration === 0 && spec.zero === true) return 0;
      if (duration === undefined || duration <= 0) {
        return fail(place, `a duration like 90s, 5m or 1h30m is expected, not ${showValue(raw)}.`);
      }
      return duration <= LONGEST ? duration : fail(place, `at most 500h can be waited for, not ${showValue(raw)}.`);
    }
    case 'choice':
      return parseChoice(raw, choices, place);
    case 'choices':
      if (isEmptyDefault(raw, spec)) return [];
      return [...new Set(parseWords(raw, place).map((word) => parseChoice(word, choices, place)))];
    case 'words':
      if (isEmptyDefault(raw, spec)) return [];
      return [...new Set(parseWords(raw, place))];
    case 'outputs':
      return parseOutputs(
        Array.isArray(raw) ? raw : place.origin === 'environment' ? parseWords(raw, place) : [raw],
        choices,
        place,
      );
  }
}

/** A list that may be empty can be written as such in a file. */
function isEmptyDefault(raw: unknown, spec: OptionSpec): boolean {
  return Array.isArray(raw) && raw.length === 0 && Array.isArray(spec.default) && spec.default.length === 0;
}
