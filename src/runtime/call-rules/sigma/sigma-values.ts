import { compileComparison } from '../compare-values.ts';
import { ConditionError } from '../condition-error.ts';
import { compileRegex } from '../linear-regex.ts';
import { compileGlob } from '../text-patterns.ts';

/** A test of a text that a field has. */
export type TextTest = (text: string) => boolean;

/** How the texts of a field are compared, as modifiers behind its name say. */
export interface SigmaModifiers {
  readonly place: 'whole' | 'contains' | 'startswith' | 'endswith' | 're' | 'cidr' | 'lt' | 'lte' | 'gt' | 'gte';
  readonly all: boolean;
  readonly cased: boolean;
  readonly negated: boolean;
  readonly exists: boolean;
  readonly flags: { readonly insensitive: boolean; readonly multiline: boolean; readonly dotAll: boolean };
  /** What is done to values before, in order. */
  readonly encodings: readonly ('base64' | 'base64offset' | 'utf16' | 'utf16le' | 'utf16be' | 'windash')[];
}

const encodings = ['base64', 'base64offset', 'utf16', 'utf16le', 'utf16be', 'windash'] as const;
const places = ['contains', 'startswith', 'endswith', 're', 'cidr', 'lt', 'lte', 'gt', 'gte'] as const;

/** Values that one value may unfold to. */
const MOST_VARIANTS = 625;

/**
 * Reads what stands behind a field: `CommandLine|contains|all`.
 * @throws ConditionError for modifiers that are not supported
 */
export function readModifiers(words: readonly string[]): SigmaModifiers {
  let place: SigmaModifiers['place'] = 'whole';
  const found: (typeof encodings)[number][] = [];
  const flags = { insensitive: false, multiline: false, dotAll: false };
  const has = new Set<string>();
  for (const word of words) {
    const encoding = encodings.find((one) => one === (word === 'wide' ? 'utf16le' : word));
    const where = places.find((one) => one === word);
    if (encoding !== undefined) found.push(encoding);
    else if (where !== undefined) place = where;
    else if (word === 'i' || word === 'm' || word === 's') {
      if (place !== 're') throw new ConditionError(`the modifier ${word} is one of regular expressions`);
      flags[word === 'i' ? 'insensitive' : word === 'm' ? 'multiline' : 'dotAll'] = true;
    } else if (['all', 'cased', 'neq', 'exists'].includes(word)) has.add(word);
    else throw new ConditionError(`the modifier ${word.slice(0, 40)} is not supported`);
  }
  return {
    place,
    all: has.has('all'),
    cased: has.has('cased'),
    negated: has.has('neq'),
    exists: has.has('exists'),
    flags,
    encodings: found,
  };
}

/**
 * Compiles one value of a field.
 * @throws ConditionError
 */
export function compileValue(value: string, modifiers: SigmaModifiers): TextTest {
  const { place, flags } = modifiers;
  if (place === 're') return compileRegex(value, flags);
  if (place === 'cidr') {
    return compileComparison('in', 'network', [value]);
  }
  if (place === 'lt' || place === 'lte' || place === 'gt' || place === 'gte') {
    return compileComparison(({ lt: '<', lte: '<=', gt: '>', gte: '>=' } as const)[place], 'number', [value]);
  }
  const tests = encode(readPattern(value), modifiers.encodings).map((pattern) => compilePattern(pattern, modifiers));
  return tests.length === 1 ? tests[0]! : (text) => tests.some((test) => test(text));
}

/** A text with its wildcards taken apart. */
type Pattern = readonly (string | { readonly wild: '*' | '?' })[];

/** A backslash takes a wildcard or a backslash before one as it is, and is itself elsewhere. */
function readPattern(value: string): Pattern {
  const parts: (string | { wild: '*' | '?' })[] = [];
  let text = '';
  for (let at = 0; at < value.length; at++) {
    const character = value[at]!;
    const next = value[at + 1];
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next;
      at++;
    } else if (character === '*' || character === '?') {
      if (text !== '') parts.push(text);
      parts.push({ wild: character });
      text = '';
    } else text += character;
  }
  if (text !== '' || parts.length === 0) parts.push(text);
  return parts;
}

function encode(pattern: Pattern, steps: SigmaModifiers['encodings']): readonly Pattern[] {
  let patterns: readonly Pattern[] = [pattern];
  let bytes: Buffer | undefined;
  for (const step of steps) {
    if (step === 'windash') {
      patterns = patterns.flatMap(dashes).slice(0, MOST_VARIANTS);
      continue;
    }
    const texts = patterns.map((one) => {
      if (one.length !== 1 || typeof one[0] !== 'string') throw new ConditionError(`${step} takes no wildcards`);
      return one[0];
    });
    if (step === 'utf16' || step === 'utf16le' || step === 'utf16be') {
      bytes = Buffer.from(step === 'utf16' ? `\uFEFF${texts[0]!}` : texts[0]!, 'utf16le');
      if (step === 'utf16be') bytes.swap16();
      patterns = [[bytes.toString('latin1')]];
    } else {
      const from = bytes === undefined ? texts.map((text) => Buffer.from(text)) : [bytes];
      bytes = undefined;
      patterns = from.flatMap((one) => (step === 'base64' ? [[one.toString('base64')]] : offsets(one)));
    }
  }
  return patterns;
}

/** The parts of a text that stay the same in Base64, wherever it begins. */
function offsets(bytes: Buffer): readonly Pattern[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const start = [0, 2, 3][shift]!;
    const end = [0, 3, 2][(bytes.length + shift) % 3]! === 0 ? encoded.length : encoded.length - 1;
    return [encoded.slice(start, end)];
  });
}

function dashes(pattern: Pattern): readonly Pattern[] {
  const variants = ['-', '/', '\u2013', '\u2014', '\u2015'];
  const first = pattern[0];
  if (typeof first !== 'string' || !/(?:^|\s)[-/\u2013\u2014\u2015]/.test(first)) return [pattern];
  return variants.map((dash) => [first.replace(/(^|\s)[-/\u2013\u2014\u2015]/g, `$1${dash}`), ...pattern.slice(1)]);
}

function compilePattern(pattern: Pattern, { place, cased }: SigmaModifiers): TextTest {
  const fold = (text: string): string => (cased ? text : text.toLowerCase());
  if (pattern.length === 1 && typeof pattern[0] === 'string') {
    const wanted = fold(pattern[0]);
    if (place === 'contains') return (text) => fold(text).includes(wanted);
    if (place === 'startswith') return (text) => fold(text).startsWith(wanted);
    if (place === 'endswith') return (text) => fold(text).endsWith(wanted);
    return (text) => fold(text) === wanted;
  }
  const glob = pattern
    .map((part) => (typeof part === 'string' ? part.replace(/[*?[\\]/g, '\\$&') : part.wild))
    .join('');
  const before = place === 'contains' || place === 'endswith' ? '*' : '';
  const after = place === 'contains' || place === 'startswith' ? '*' : '';
  const test = compileGlob(before + fold(glob) + after);
  return (text) => test(fold(text));
}
