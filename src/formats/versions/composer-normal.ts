import type { VersionScheme } from '../../model/version-scheme.ts';
import { composerVersions } from './composer.ts';
import { digitsEnd, invalidVersion, isDigit } from './parts.ts';

/** What `x` in the name of a branch counts as. */
const BRANCH = '9999999';

/** Stabilities and their normal forms; of two that begin alike the longer one stands first. */
const stabilities: readonly (readonly [string, string])[] = [
  ['stable', ''],
  ['beta', 'beta'],
  ['b', 'beta'],
  ['rc', 'RC'],
  ['alpha', 'alpha'],
  ['patch', 'patch'],
  ['pl', 'patch'],
  ['p', 'patch'],
  ['a', 'alpha'],
];

/**
 * Composer packages compared as Composer itself does when it looks for what satisfies a constraint: by their normal forms.
 * `1.0` is `1.0.0.0`, `1.0-BETA.2` is `1.0.0.0-beta2`.
 */
export const composerNormalVersions: VersionScheme = {
  id: 'composer',
  compare: (a, b) => composerVersions.compare(normalizeComposerVersion(a), normalizeComposerVersion(b)),
  explain: (a, b) => composerVersions.explain(normalizeComposerVersion(a), normalizeComposerVersion(b)),
};

/**
 * The normal form of a version (`Composer\Semver\VersionParser::normalize`): four numbers, then stability and its number,
 * then `-dev`; without a `v`, the build, and `stable`. Numeric branches (`1.x-dev`) get `9999999` for what they leave open.
 * Dates (`2024.01.15`) keep their numbers.
 *
 * @throws VersionError for other branches (`dev-main`), and for what Composer refuses
 */
export function normalizeComposerVersion(version: string): string {
  const plus = version.indexOf('+');
  const text = (plus < 0 ? version : version.slice(0, plus)).trim().toLowerCase();
  const start = text.startsWith('v') ? 1 : 0;
  const normal = numericBranch(text, start) ?? usual(text, start) ?? dated(text, start);
  if (normal === undefined) throw invalidVersion('composer', version, 'it has no normal form in Composer');
  return normal;
}

/** `1.x-dev`, `1.2.x-dev`, `1-dev` is none. */
function numericBranch(text: string, start: number): string | undefined {
  if (!text.endsWith('-dev')) return undefined;
  const parts = text.slice(start, -4).split('.');
  const wild = parts.findIndex((part) => part === 'x' || part === '*');
  const known = wild < 0 ? parts : parts.slice(0, wild);
  const open = wild < 0 ? [] : parts.slice(wild);
  if (wild < 1 || parts.length > 4 || !known.every(isNumber) || !open.every((part) => part === 'x' || part === '*')) {
    return undefined;
  }
  return `${[...known, BRANCH, BRANCH, BRANCH].slice(0, 4).join('.')}-dev`;
}

/** One to four numbers of which the first has up to five digits, and a stability. */
function usual(text: string, start: number): string | undefined {
  const numbers: string[] = [];
  let at = start;
  for (;;) {
    const end = digitsEnd(text, at);
    if (end === at) return undefined;
    numbers.push(text.slice(at, end));
    at = end;
    if (numbers.length === 4 || text.charAt(at) !== '.' || !isDigit(text.charCodeAt(at + 1))) break;
    at++;
  }
  if (numbers[0]!.length > 5) return undefined;
  while (numbers.length < 4) numbers.push('0');
  const suffix = readSuffix(text, at);
  return suffix === undefined ? undefined : `${numbers.join('.')}${suffix}`;
}

/** A date of four digits and more behind them, and a stability. */
function dated(text: string, start: number): string | undefined {
  let at = start;
  let numbers = '';
  for (;;) {
    const end = digitsEnd(text, at);
    if (end === at) return undefined;
    numbers += text.slice(at, end);
    at = end;
    if (!'.:-'.includes(text.charAt(at) || ' ') || !isDigit(text.charCodeAt(at + 1))) break;
    numbers += '.';
    at++;
  }
  const suffix = digitsEnd(numbers, 0) < 4 ? undefined : readSuffix(text, at);
  return suffix === undefined ? undefined : `${numbers}${suffix}`;
}

/** `[.-_]STABILITY[.-]N...[.-]dev`, all optional, in its normal form; undefined for anything else. */
function readSuffix(text: string, start: number): string | undefined {
  const word = '._-'.includes(text.charAt(start) || ' ') ? start + 1 : start;
  const found = stabilities.find(([spelling]) => text.startsWith(spelling, word));
  let at = word;
  let suffix = '';
  if (found !== undefined) {
    const [spelling, normal] = found;
    const first = word + spelling.length;
    at = numbersEnd(text, first);
    if (normal === '') return at === text.length ? '' : undefined;
    const number = text.slice(first, at);
    suffix = `-${normal}${'.-'.includes(number.charAt(0) || ' ') ? number.slice(1) : number}`;
  }
  if (at === text.length) return suffix;
  const dev = '.-'.includes(text.charAt(at)) ? at + 1 : at;
  return text.slice(dev) === 'dev' ? `${suffix}-dev` : undefined;
}

/** The end of numbers with a dot or a hyphen before each; none need stand before the first. */
function numbersEnd(text: string, start: number): number {
  for (let at = start; ; ) {
    const digits = '.-'.includes(text.charAt(at) || ' ') ? at + 1 : at;
    if (!isDigit(text.charCodeAt(digits))) return at;
    at = digitsEnd(text, digits);
  }
}

function isNumber(text: string): boolean {
  return text !== '' && digitsEnd(text, 0) === text.length;
}
