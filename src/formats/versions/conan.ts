import type { VersionScheme } from '../../model/version-scheme.ts';
import { compareNumbers, compareTexts, digitsEnd, invalidVersion, isDigit, type Order, relation } from './parts.ts';
import { partwise, type TokenList, tokenwise, type VersionPart } from './partwise.ts';

interface ConanVersion {
  readonly main: readonly string[];
  readonly prerelease: readonly string[];
  readonly build: readonly string[];
}

function parse(version: string): ConanVersion {
  if (!/^[a-z0-9_][\w+.-]*$/i.test(version)) {
    throw invalidVersion('conan', version, 'it has other characters than letters, numbers, and . - + _');
  }
  const text = version.toLowerCase();
  const plus = text.lastIndexOf('+');
  const before = plus < 0 ? text : text.slice(0, plus);
  const hyphen = before.lastIndexOf('-');
  return {
    main: items(hyphen < 0 ? before : before.slice(0, hyphen)),
    prerelease: hyphen < 0 ? [] : items(before.slice(hyphen + 1)),
    build: plus < 0 ? [] : items(text.slice(plus + 1)),
  };
}

/** Zeros at the end make no difference: 1.0 is 1. */
function items(text: string): readonly string[] {
  const parts = text.split('.');
  let end = parts.length;
  while (end > 1 && /^0*$/.test(parts[end - 1]!)) end--;
  return parts.slice(0, end);
}

function isNumber(text: string): boolean {
  return isDigit(text.charCodeAt(0)) && digitsEnd(text, 0) === text.length;
}

function compareItems(left: string | undefined, right: string | undefined): Order {
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? -1 : 1;
  const number = isNumber(left);
  if (number !== isNumber(right)) return number ? -1 : 1;
  return number ? compareNumbers(left, right) : compareTexts(left, right);
}

function list(name: string, of: (version: ConanVersion) => readonly string[]): TokenList<ConanVersion, string> {
  return {
    name,
    of,
    show: (version) => of(version).join('.'),
    compare: compareItems,
    why: (left, right, order) => relation(left, right, order),
    equal: 'leading zeros make no difference',
  };
}

const release = tokenwise(list('prerelease', ({ prerelease }) => prerelease));

const prereleasePart: VersionPart<ConanVersion> = {
  ...release,
  compare(left, right) {
    const [a, b] = [left.prerelease.length, right.prerelease.length];
    if ((a === 0) === (b === 0)) return release.compare(left, right);
    return a === 0 ? 1 : -1;
  },
  why: (left, right, order) =>
    (left.prerelease.length === 0) === (right.prerelease.length === 0)
      ? release.why(left, right, order)
      : 'a version with a pre-release sorts before the one without',
};

/**
 * Versions of Conan packages, in the order of its `Version` (docs.conan.io, "Version ranges"; conan/internal/model/version.py):
 * like Semantic Versioning with any number of parts, which may be words. Conan compares a number with a word as texts, by
 * which three versions can be in a circle: here numbers are first.
 */
export const conanVersions: VersionScheme = partwise('conan', parse, [
  tokenwise(list('version', ({ main }) => main)),
  prereleasePart,
  tokenwise(list('build', ({ build }) => build)),
]);
