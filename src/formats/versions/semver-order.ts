import { paddedNumbers } from './numbers.ts';
import {
  compareNumbers,
  compareTexts,
  digitsEnd,
  invalidVersion,
  isDigit,
  isLetter,
  type Order,
  relation,
} from './parts.ts';
import { tokenwise, type VersionPart } from './partwise.ts';

/** A version of the form `1.2.3-pre.release+build`, read. */
export interface Semver {
  readonly numbers: readonly string[];
  readonly prerelease: readonly string[];
  readonly build: readonly string[];
}

/** What the heirs of Semantic Versioning differ in. */
export interface SemverForm {
  readonly scheme: string;
  /** The most numbers that a version may have. */
  readonly numbers: number;
  /** Whether a pre-release may follow the numbers without a hyphen: `1.0.0beta`. */
  readonly bare: boolean;
  /** Whether leading zeros make a version invalid. */
  readonly zeros: boolean;
}

/**
 * Reads a version of the form `NUMBER[.NUMBER...][-ID[.ID...]][+ID[.ID...]]` (Semantic Versioning 2.0.0, 9 to 10),
 * from `start` on.
 */
export function readSemver(version: string, start: number, form: SemverForm): Semver {
  const fail = (reason: string): Error => invalidVersion(form.scheme, version, reason);
  const numbers: string[] = [];
  let at = start;
  for (;;) {
    const end = digitsEnd(version, at);
    if (end === at) throw fail('a number is missing');
    numbers.push(version.slice(at, end));
    if (!form.zeros && hasZeros(version.slice(at, end))) throw fail('a number has leading zeros');
    at = end;
    if (version.charAt(at) !== '.') break;
    at++;
  }
  if (numbers.length > form.numbers) throw fail(`it has more than ${form.numbers} numbers`);
  const plus = version.indexOf('+', at);
  const end = plus < 0 ? version.length : plus;
  const hyphen = version.charAt(at) === '-';
  if (at < end && !hyphen && !(form.bare && isLetter(version.charCodeAt(at)))) {
    throw fail('something else than a hyphen or a plus follows the numbers');
  }
  const prerelease = at === end ? [] : version.slice(hyphen ? at + 1 : at, end).split('.');
  const build = plus < 0 ? [] : version.slice(plus + 1).split('.');
  if (!prerelease.every(isIdentifier)) throw fail('the pre-release has an identifier that is none');
  if (!build.every(isIdentifier)) throw fail('the build has an identifier that is none');
  if (!form.zeros && prerelease.some((id) => isNumber(id) && hasZeros(id))) {
    throw fail('a number of the pre-release has leading zeros');
  }
  return { numbers, prerelease, build };
}

function hasZeros(digits: string): boolean {
  return digits.length > 1 && digits.charCodeAt(0) === 0x30;
}

function isIdentifier(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code) && !isLetter(code) && code !== 0x2d) return false;
  }
  return text !== '';
}

function isNumber(text: string): boolean {
  return isDigit(text.charCodeAt(0)) && digitsEnd(text, 0) === text.length;
}

/** Orders identifiers: numbers by value and before all others, which are ordered in ASCII (11.4). */
function compareIdentifiers(left: string, right: string): Order {
  const number = isNumber(left);
  if (number !== isNumber(right)) return number ? -1 : 1;
  return number ? compareNumbers(left, right) : compareTexts(left, right);
}

function whyIdentifiers(left: string | undefined, right: string | undefined, order: Order): string {
  const shown = relation(left, right, order);
  if (left === undefined || right === undefined) return `${shown}: what goes on sorts after what ends`;
  if (isNumber(left) !== isNumber(right)) return `${shown}: numbers sort before other identifiers`;
  return isNumber(left) ? `as numbers ${shown}` : `${shown} by character code`;
}

/** The numbers; missing ones count as 0. */
export const semverNumbers: VersionPart<Semver> = tokenwise<Semver, string>({
  name: 'numbers',
  of: ({ numbers }) => numbers,
  show: ({ numbers }) => numbers.join('.'),
  ...paddedNumbers,
});

/** The pre-release: a version that has one is before the one without (11.3). */
export const semverPrerelease: VersionPart<Semver> = identifiersPart('pre-release', ({ prerelease }) => prerelease, 1);

/** The build, where it counts at all: a version that has one is after the one without. */
export const orderedBuild: VersionPart<Semver> = identifiersPart('build', ({ build }) => build, -1);

function identifiersPart(
  name: string,
  of: (version: Semver) => readonly string[],
  /** The order of a version that has none of these to one that has. */
  none: Order,
): VersionPart<Semver> {
  const present = tokenwise<Semver, string>({
    name,
    of,
    show: (version) => of(version).join('.'),
    compare: (left, right) =>
      left === undefined || right === undefined
        ? left === right
          ? 0
          : left === undefined
            ? -1
            : 1
        : compareIdentifiers(left, right),
    why: whyIdentifiers,
    equal: 'leading zeros make no difference',
  });
  return {
    ...present,
    compare(left, right) {
      const [a, b] = [of(left).length, of(right).length];
      if ((a === 0) === (b === 0)) return present.compare(left, right);
      return a === 0 ? none : none === 1 ? -1 : 1;
    },
    why(left, right, order) {
      if ((of(left).length === 0) === (of(right).length === 0)) return present.why(left, right, order);
      return `a version with a ${name} sorts ${none === 1 ? 'before' : 'after'} the one without`;
    },
  };
}

/** The build, where it does not count (10). */
export const ignoredBuild: VersionPart<Semver> = {
  name: 'build',
  show: ({ build }) => build.join('.'),
  compare: () => 0,
  why: ({ build: left }, { build: right }) =>
    left.length === 0 && right.length === 0 ? 'neither has any' : 'builds are not compared',
};
