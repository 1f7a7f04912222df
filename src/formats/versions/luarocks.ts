import type { VersionScheme } from '../../model/version-scheme.ts';
import { unpaddedNumbers } from './numbers.ts';
import { compareNumbers, digitsEnd, invalidVersion, isDigit, isLetter, type Order, relation } from './parts.ts';
import { partwise, tokenwise, type VersionPart } from './partwise.ts';

/** What LuaRocks makes of a number, and of the word before it. */
interface LuaPart {
  readonly value: number;
  /** Where no word is before it: LuaRocks would round a long one. */
  readonly digits?: string;
}

interface LuaVersion {
  readonly text: string;
  readonly parts: readonly LuaPart[];
  /** Number of the rockspec: digits that follow the last hyphen. */
  readonly revision?: string;
}

/** What a word is worth; others are worth a thousandth of the code of their first letter. */
const words: ReadonlyMap<string, number> = new Map([
  ['dev', 120_000_000],
  ['scm', 110_000_000],
  ['cvs', 100_000_000],
  ['rc', -1000],
  ['pre', -10_000],
  ['beta', -100_000],
  ['alpha', -1_000_000],
]);

/** Digits of which a number is exact. */
const EXACT = 15;

const separators: ReadonlySet<string> = new Set(['.', '-', '_']);

function parse(version: string): LuaVersion {
  const text = version.trim();
  const fail = (reason: string): Error => invalidVersion('luarocks', version, reason);
  const hyphen = text.lastIndexOf('-');
  const hasRevision = hyphen > 0 && hyphen + 1 < text.length && digitsEnd(text, hyphen + 1) === text.length;
  const end = hasRevision ? hyphen : text.length;
  const parts: LuaPart[] = [];
  let word: number | undefined;
  for (let at = 0; at < end; ) {
    const start = at;
    if (isDigit(text.charCodeAt(at))) {
      at = Math.min(digitsEnd(text, at), end);
      const digits = text.slice(start, at);
      if (word !== undefined && digits.length > EXACT) throw fail('a number behind a word is too long');
      // A number behind a word counts for less than any other difference.
      parts.push(word === undefined ? { value: Number(digits), digits } : { value: word + Number(digits) / 100_000 });
      word = undefined;
    } else {
      while (at < end && isLetter(text.charCodeAt(at))) at++;
      if (at === start) throw fail('it has more than numbers and words');
      word = words.get(text.slice(start, at)) ?? text.charCodeAt(start) / 1000;
    }
    while (at < end && separators.has(text.charAt(at))) at++;
  }
  if (word !== undefined) parts.push({ value: word });
  if (parts.length === 0) throw fail('it has no number');
  return { text, parts, ...(hasRevision && { revision: text.slice(hyphen + 1) }) };
}

const none: LuaPart = { value: 0, digits: '0' };

function comparePart(left: LuaPart = none, right: LuaPart = none): Order {
  if (left.digits !== undefined && right.digits !== undefined) return compareNumbers(left.digits, right.digits);
  return left.value === right.value ? 0 : left.value < right.value ? -1 : 1;
}

const versionPart: VersionPart<LuaVersion> = tokenwise<LuaVersion, LuaPart>({
  name: 'version',
  of: ({ parts }) => parts,
  show: ({ text }) => text,
  compare: comparePart,
  why: (left = none, right = none, order) => `as numbers ${relation(String(left.value), String(right.value), order)}`,
  equal: 'missing numbers, which count as 0, make no difference',
});

const revisionPart: VersionPart<LuaVersion> = tokenwise<LuaVersion, string>({
  name: 'rockspec',
  of: ({ revision }) => (revision === undefined ? [] : [revision]),
  show: ({ revision = '' }) => revision,
  ...unpaddedNumbers,
});

/**
 * Versions of LuaRocks (its luarocks.core.vers): numbers and words, of which some are before any number (`rc`) and some after
 * (`scm`), and the number of the rockspec. LuaRocks takes a version without that number to be equal to each with one; here
 * it is before them, so that there is one order.
 */
export const luarocksVersions: VersionScheme = partwise('luarocks', parse, [versionPart, revisionPart]);
