import type { Callable } from './callable.ts';
import { compareVersions } from './compare-versions.ts';
import { goPattern } from './go-pattern.ts';
import { ExpressionError, MOST_TEXT, numberOf, textOf, type Value } from './value.ts';

type TextCall = (...texts: readonly string[]) => Value;

function ofTexts(least: number, most: number, call: TextCall): Callable {
  return { least, most, call: (...values) => call(...values.map(textOf)) };
}

const ANY = 100;

const lower = (text: string): string => text.toLowerCase();
const reversed = (text: string): string => [...text].reverse().join('');

function lines(text: string): string[] {
  return text.split('\n').slice(0, 100_000);
}

function cutOf(sides: 'both' | 'left' | 'right', text: string, characters: string): string {
  let from = 0;
  let to = text.length;
  if (sides !== 'right') while (from < to && characters.includes(text[from]!)) from++;
  if (sides !== 'left') while (to > from && characters.includes(text[to - 1]!)) to--;
  return text.slice(from, to);
}

function repeated(text: string, count: number): string {
  if (!(count >= 0) || text.length * count > MOST_TEXT) throw new ExpressionError('it repeats too often');
  return text.repeat(count);
}

/** Functions on texts and lists, as the documentation of nuclei's template language lists them. */
export const textFunctions: Readonly<Record<string, Callable>> = {
  contains: ofTexts(2, 2, (text, part) => text!.includes(part!)),
  contains_all: ofTexts(2, ANY, (text, ...parts) => parts.every((part) => text!.includes(part))),
  contains_any: ofTexts(2, ANY, (text, ...parts) => parts.some((part) => text!.includes(part))),
  icontains: ofTexts(2, 2, (text, part) => lower(text!).includes(lower(part!))),
  starts_with: ofTexts(2, ANY, (text, ...parts) => parts.some((part) => text!.startsWith(part))),
  ends_with: ofTexts(2, ANY, (text, ...parts) => parts.some((part) => text!.endsWith(part))),
  line_starts_with: ofTexts(2, ANY, (text, ...parts) =>
    lines(text!).some((line) => parts.some((p) => line.startsWith(p))),
  ),
  line_ends_with: ofTexts(2, ANY, (text, ...parts) => lines(text!).some((line) => parts.some((p) => line.endsWith(p)))),
  equals_any: ofTexts(2, ANY, (text, ...parts) => parts.includes(text!)),
  index: {
    least: 2,
    most: 2,
    call: (of, at) => {
      const item = Array.isArray(of) ? (of as readonly Value[])[numberOf(at!)] : textOf(of!)[numberOf(at!)];
      if (item === undefined) throw new ExpressionError('nothing is there');
      return item;
    },
  },
  len: { least: 1, most: 1, call: (of) => (Array.isArray(of) ? of.length : textOf(of!).length) },
  to_lower: ofTexts(1, 1, (text) => lower(text!)),
  to_upper: ofTexts(1, 1, (text) => text!.toUpperCase()),
  to_title: ofTexts(1, 1, (text) => text!.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())),
  trim: ofTexts(2, 2, (text, characters) => cutOf('both', text!, characters!)),
  trim_left: ofTexts(2, 2, (text, characters) => cutOf('left', text!, characters!)),
  trim_right: ofTexts(2, 2, (text, characters) => cutOf('right', text!, characters!)),
  trim_space: ofTexts(1, 1, (text) => text!.trim()),
  trim_prefix: ofTexts(2, 2, (text, part) => (text!.startsWith(part!) ? text!.slice(part!.length) : text!)),
  trim_suffix: ofTexts(2, 2, (text, part) =>
    part !== '' && text!.endsWith(part!) ? text!.slice(0, -part!.length) : text!,
  ),
  replace: ofTexts(3, 3, (text, from, to) => {
    const parts = text!.split(from!);
    if (text!.length + parts.length * to!.length > MOST_TEXT) throw new ExpressionError('it replaces too much');
    return parts.join(to);
  }),
  replace_regex: ofTexts(3, 3, (text, pattern, to) => {
    let rest = text!;
    let made = '';
    for (const [found] of goPattern(pattern!).all(text!, 10_000)) {
      if (found === '' || found === undefined) continue;
      const at = rest.indexOf(found);
      made += rest.slice(0, at) + to!;
      rest = rest.slice(at + found.length);
    }
    return made + rest;
  }),
  regex: ofTexts(2, 2, (pattern, text) => goPattern(pattern!).test(text!)),
  regex_all: ofTexts(2, ANY, (text, ...patterns) => patterns.every((one) => goPattern(one).test(text!))),
  regex_any: ofTexts(2, ANY, (text, ...patterns) => patterns.some((one) => goPattern(one).test(text!))),
  reverse: ofTexts(1, 1, (text) => reversed(text!)),
  repeat: { least: 2, most: 2, call: (text, count) => repeated(textOf(text!), numberOf(count!)) },
  concat: ofTexts(1, ANY, (...parts) => parts.join('')),
  join: {
    least: 2,
    most: ANY,
    call: (by, ...parts) =>
      parts
        .flatMap((one) => (Array.isArray(one) ? (one as Value[]) : [one]))
        .map(textOf)
        .join(textOf(by!)),
  },
  split: {
    least: 2,
    most: 3,
    call: (text, by, most) =>
      textOf(text!)
        .split(textOf(by!))
        .slice(0, most === undefined ? 100_000 : numberOf(most)),
  },
  sort: { least: 1, most: ANY, call: (...of) => sorted(of) },
  uniq: { least: 1, most: ANY, call: (...of) => unique(of) },
  remove_bad_chars: ofTexts(2, 2, (text, bad) => [...text!].filter((one) => !bad!.includes(one)).join('')),
  substr: {
    least: 2,
    most: 3,
    call: (text, from, to) => textOf(text!).slice(numberOf(from!), to === undefined ? undefined : numberOf(to)),
  },
  padding: {
    least: 4,
    most: 4,
    call: (text, by, length, side) => {
      const size = numberOf(length!);
      const filler = textOf(by!);
      if (!(size <= MOST_TEXT) || filler === '') throw new ExpressionError('it pads too much');
      return side === 'prefix' ? textOf(text!).padStart(size, filler) : textOf(text!).padEnd(size, filler);
    },
  },
  compare_versions: ofTexts(2, ANY, (version, ...limits) => compareVersions(version!, limits)),
  to_number: { least: 1, most: 1, call: (of) => numberOf(of!) },
  to_string: ofTexts(1, 1, (text) => text!),
  print_debug: ofTexts(0, ANY, () => ''),
  count: ofTexts(2, 2, (text, part) => (part === '' ? 0 : text!.split(part!).length - 1)),
};

function sorted(of: readonly Value[]): Value {
  if (of.length === 1 && typeof of[0] === 'string') return [...of[0]].sort().join('');
  return of
    .flatMap((one) => (Array.isArray(one) ? (one as Value[]) : [one]))
    .map(textOf)
    .sort();
}

function unique(of: readonly Value[]): Value {
  if (of.length === 1 && typeof of[0] === 'string') return [...new Set(of[0])].join('');
  return [...new Set(of.flatMap((one) => (Array.isArray(one) ? (one as Value[]) : [one])).map(textOf))];
}
