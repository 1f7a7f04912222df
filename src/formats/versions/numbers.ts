import { compareNumbers, digitsEnd, invalidVersion, type Order, relation } from './parts.ts';
import type { TokenList } from './partwise.ts';

/** How the numbers of versions are compared where the shorter list goes on with zeros: `1.0` is `1.0.0`. */
export const paddedNumbers = {
  compare: (left: string | undefined, right: string | undefined): Order => compareNumbers(left ?? '0', right ?? '0'),
  why: (left: string | undefined, right: string | undefined, order: Order): string =>
    `as numbers ${relation(left ?? '0', right ?? '0', order)}`,
  equal: 'leading zeros and missing numbers, which count as 0, make no difference',
};

/** How they are compared where the shorter list is less: `1.0` is before `1.0.0`. */
export const unpaddedNumbers = {
  compare: (left: string | undefined, right: string | undefined): Order =>
    left === undefined || right === undefined
      ? left === right
        ? 0
        : left === undefined
          ? -1
          : 1
      : compareNumbers(left, right),
  why: (left: string | undefined, right: string | undefined, order: Order): string =>
    left === undefined || right === undefined
      ? `${relation(left, right, order)}: the longer version is the greater one`
      : `as numbers ${relation(left, right, order)}`,
  equal: 'leading zeros and the kind of separator make no difference',
};

/** A version that is nothing but numbers. */
export interface NumberedVersion {
  readonly text: string;
  readonly numbers: readonly string[];
}

/** Numbers alone, the shorter version before the longer one. */
export const numbersOnly: TokenList<NumberedVersion, string> = {
  name: 'version',
  of: ({ numbers }) => numbers,
  show: ({ text }) => text,
  ...unpaddedNumbers,
};

/**
 * Reads numbers with one separator between each.
 *
 * @param separators the characters that may separate them
 */
export function readNumbers(scheme: string, version: string, separators: string): NumberedVersion {
  const numbers: string[] = [];
  for (let at = 0; ; ) {
    const end = digitsEnd(version, at);
    if (end === at) throw invalidVersion(scheme, version, 'a number is missing');
    numbers.push(version.slice(at, end));
    if (end === version.length) return { text: version, numbers };
    if (!separators.includes(version.charAt(end))) {
      throw invalidVersion(scheme, version, 'it has more than numbers');
    }
    at = end + 1;
  }
}
