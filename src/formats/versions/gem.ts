import type { VersionScheme } from '../../model/version-scheme.ts';
import {
  compareNumbers,
  compareTexts,
  digitsEnd,
  invalidVersion,
  isDigit,
  isLetter,
  type Order,
  relation,
  withoutZeros,
} from './parts.ts';
import { partwise, tokenwise } from './partwise.ts';

interface GemVersion {
  readonly text: string;
  readonly segments: readonly string[];
}

/**
 * Versions of RubyGems, in the order of `Gem::Version`: numbers and words, which are split where digits meet letters, so
 * that `1.0.a10` is `1.0.a.10`. A word sorts before every number and makes a version a pre-release; missing segments count
 * as 0; zeros count neither at the end nor before the first word. A hyphen stands for `.pre.`.
 *
 * Invalid are segments that are empty or have other characters than ASCII letters and digits, and a version that does not
 * begin with a digit. White space around it is ignored. The empty version, which Ruby takes for `0`, is invalid here: it
 * is one that nobody knows.
 */
export const gemVersions: VersionScheme = partwise<GemVersion>('gem', parse, [
  tokenwise<GemVersion, string>({
    name: 'segments',
    of: ({ segments }) => segments,
    show: ({ text }) => text,
    compare: (left = '0', right = '0') => compareSegments(left, right),
    why: (left = '0', right = '0', order) => whySegments(left, right, order),
    equal: 'zeros at the end and before the first word make no difference',
  }),
]);

function parse(version: string): GemVersion {
  const text = version.trim();
  if (!isDigit(text.charCodeAt(0))) throw invalidVersion('gem', version, 'it does not begin with a number');
  const segments: string[] = [];
  let words = false;
  const add = (segment: string): void => {
    if (!words && isWord(segment)) {
      dropZeros(segments);
      words = true;
    }
    segments.push(segment);
  };
  for (let at = 0; ; at++) {
    const start = at;
    while (at < text.length) {
      const end = runEnd(text, at);
      if (end === at) break;
      add(text.slice(at, end));
      at = end;
    }
    if (at === start) throw invalidVersion('gem', version, 'a segment is empty or has a character that none has');
    if (at === text.length) break;
    const separator = text.charAt(at);
    if (separator === '-') add('pre');
    else if (separator !== '.') throw invalidVersion('gem', version, 'it contains a character that no version has');
  }
  dropZeros(segments);
  return { text, segments };
}

function dropZeros(segments: string[]): void {
  for (let last = segments.at(-1); last !== undefined && isZero(last); last = segments.at(-1)) segments.pop();
}

function isZero(segment: string): boolean {
  return !isWord(segment) && withoutZeros(segment) === '';
}

function isWord(segment: string): boolean {
  return isLetter(segment.charCodeAt(0));
}

function runEnd(text: string, start: number): number {
  if (isDigit(text.charCodeAt(start))) return digitsEnd(text, start);
  let end = start;
  while (end < text.length && isLetter(text.charCodeAt(end))) end++;
  return end;
}

function compareSegments(left: string, right: string): Order {
  if (isWord(left) !== isWord(right)) return isWord(left) ? -1 : 1;
  return isWord(left) ? compareTexts(left, right) : compareNumbers(left, right);
}

function whySegments(left: string, right: string, order: Order): string {
  const shown = relation(left, right, order);
  if (isWord(left) !== isWord(right)) return `${shown}: a word makes a pre-release`;
  return isWord(left) ? `${shown} by character code` : `as numbers ${shown}`;
}
