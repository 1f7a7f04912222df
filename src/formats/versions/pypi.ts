import type { VersionScheme } from '../../model/version-scheme.ts';
import { paddedNumbers } from './numbers.ts';
import { compareNumbers, compareTexts, invalidVersion, isDigit, isLetter, type Order, relation } from './parts.ts';
import { partwise, tokenwise, type VersionPart } from './partwise.ts';
import { type PublicVersion, readPublicVersion } from './pep440.ts';
import { legacyTokens } from './pypi-legacy.ts';

interface PythonVersion extends PublicVersion {
  /** Tokens of a version that PEP 440 does not know; empty for all others. */
  readonly legacy: readonly string[];
}

const form: VersionPart<PythonVersion> = {
  name: 'form',
  show: ({ legacy }) => (legacy.length === 0 ? 'PEP 440' : 'older'),
  compare: ({ legacy: left }, { legacy: right }) =>
    (left.length === 0) === (right.length === 0) ? 0 : left.length === 0 ? 1 : -1,
  why: (_, __, order) => (order === 0 ? 'the same' : 'what PEP 440 does not know is before all that it does'),
};

const legacy = tokenwise<PythonVersion, string>({
  name: 'tokens of the older form',
  of: (version) => version.legacy,
  show: (version) => version.legacy.join(' '),
  compare: (left, right) => compareEnds(left, right) ?? compareTexts(left!, right!),
  why: (left, right, order) => `${relation(left, right, order)} by character code`,
  equal: 'the same',
});

const release = tokenwise<PythonVersion, string>({
  name: 'release',
  of: (version) => version.release,
  show: (version) => version.release.join('.'),
  ...paddedNumbers,
});

const preRelease: VersionPart<PythonVersion> = {
  name: 'pre-release',
  show: ({ pre }) => (pre === undefined ? '' : `${pre.label}${pre.number}`),
  compare: (left, right) =>
    compareTexts(labelOf(left), labelOf(right)) || compareNumbers(numberOf(left), numberOf(right)),
  why(left, right, order) {
    if (order === 0) return left.pre === undefined ? 'neither has one' : 'the same';
    if (labelOf(left) === labelOf(right)) return `as numbers ${relation(numberOf(left), numberOf(right), order)}`;
    return 'the order is a development release of the final one, a, b, rc, none';
  },
};

/** Labels in their alphabetic order; a development release that has none is before them all. */
function labelOf({ pre, post, dev }: PublicVersion): string {
  return pre?.label ?? (post === undefined && dev !== undefined ? '' : 'z');
}

function numberOf({ pre }: PublicVersion): string {
  return pre?.number ?? '0';
}

const local = tokenwise<PythonVersion, string>({
  name: 'local version',
  of: (version) => version.local,
  show: (version) => version.local.join('.'),
  compare: (left, right) => compareEnds(left, right) ?? compareLocals(left!, right!),
  why: (left, right, order) =>
    `${relation(left, right, order)}: what goes on is after what ends, and numbers are after letters`,
  equal: 'leading zeros make no difference',
});

function compareLocals(left: string, right: string): Order {
  const number = isNumber(left);
  if (number !== isNumber(right)) return number ? 1 : -1;
  return number ? compareNumbers(left, right) : compareTexts(left, right);
}

function isNumber(segment: string): boolean {
  for (let i = 0; i < segment.length; i++) if (!isDigit(segment.charCodeAt(i))) return false;
  return true;
}

/** The order of two of which one is the end, which is less; undefined for two that are not. */
function compareEnds(left: string | undefined, right: string | undefined): Order | undefined {
  if (left !== undefined && right !== undefined) return undefined;
  return left === right ? 0 : left === undefined ? -1 : 1;
}

/**
 * A number that not every version has.
 *
 * @param none the order of a version without to one with it
 */
function optionalNumber(
  name: string,
  of: (version: PythonVersion) => string | undefined,
  none: Order,
): VersionPart<PythonVersion> {
  return {
    name,
    show: (version) => of(version) ?? '',
    compare(left, right) {
      const [a, b] = [of(left), of(right)];
      if (a !== undefined && b !== undefined) return compareNumbers(a, b);
      return a === b ? 0 : (a === undefined) === (none === -1) ? -1 : 1;
    },
    why(left, right, order) {
      const [a, b] = [of(left), of(right)];
      if (a !== undefined && b !== undefined) return `as numbers ${relation(a, b, order)}`;
      return a === b ? 'neither has one' : `a version without one is ${none === -1 ? 'before' : 'after'} those with it`;
    },
  };
}

/**
 * Versions of Python packages, in the order of PEP 440: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]`, in all the
 * spellings that its normalisation knows (`1.0-alpha.1`, `1.0-1`, `v1.0`).
 *
 * PyPI still has versions from before PEP 440. They are before all others, and among themselves in the order of setuptools
 * then, as pip had it until 2022 and advisories do. Invalid is what is no version: nothing, a text that has neither letter
 * nor digit, and characters of specifiers, paths or placeholders (`>=1.0`, `${version}`, blanks within).
 */
export const pypiVersions: VersionScheme = partwise<PythonVersion>('pypi', parse, [
  form,
  legacy,
  optionalNumber('epoch', ({ epoch }) => epoch, -1),
  release,
  preRelease,
  optionalNumber('post-release', ({ post }) => post, -1),
  optionalNumber('development release', ({ dev }) => dev, 1),
  local,
]);

function parse(version: string): PythonVersion {
  const text = version.trim().toLowerCase();
  const known = readPublicVersion(text);
  if (known !== undefined) return { ...known, legacy: [] };
  let named = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const alphanumeric = isDigit(code) || isLetter(code);
    if (!alphanumeric && !'._-+!:~'.includes(text.charAt(i))) {
      throw invalidVersion('pypi', version, 'it contains a character that no version has');
    }
    named ||= alphanumeric;
  }
  if (!named) throw invalidVersion('pypi', version, 'it has neither letters nor digits');
  return { epoch: '0', release: [], local: [], legacy: legacyTokens(text) };
}
