import { VersionError, type VersionScheme } from '../../model/version-scheme.ts';
import { type Order, untilDecided } from './parts.ts';

/** A part of a parsed version that is compared after all parts before it were equal. */
export interface VersionPart<V> {
  readonly name: string;
  /** The part as people write it; empty where the version has none. */
  show(version: V): string;
  compare(left: V, right: V): Order;
  /** Why they are ordered so. */
  why(left: V, right: V, order: Order): string;
}

/** Versions that a scheme keeps as it read them: those of an advisory's list are held against each package. */
const KEPT = 4096;

/** Reads a version once, and again only where many others came in between. What cannot be read is kept as refused. */
function keeping<V extends object>(parse: (version: string) => V): (version: string) => V {
  const kept = new Map<string, V | VersionError>();
  return (version) => {
    let read = kept.get(version);
    if (read === undefined) {
      read = attempt(() => parse(version));
      if (kept.size === KEPT) kept.clear();
      kept.set(version, read);
    }
    if (read instanceof VersionError) throw read;
    return read;
  };
}

function attempt<V>(parse: () => V): V | VersionError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof VersionError) return error;
    throw error;
  }
}

/**
 * A scheme whose versions are read whole and then compared part by part, so that what it explains is what it compares.
 *
 * @param parse throws VersionError on a version that the scheme cannot order
 */
export function partwise<V extends object>(
  id: string,
  parse: (version: string) => V,
  parts: readonly VersionPart<V>[],
): VersionScheme {
  const read = keeping(parse);
  return {
    id,
    compare(a, b) {
      const left = read(a);
      const right = read(b);
      for (const part of parts) {
        const order = part.compare(left, right);
        if (order !== 0) return order;
      }
      return 0;
    },
    explain(a, b) {
      const left = read(a);
      const right = read(b);
      return untilDecided(
        parts.map((part) => {
          const result = part.compare(left, right);
          const shown = { left: part.show(left), right: part.show(right) };
          return { part: part.name, ...shown, result, why: part.why(left, right, result) };
        }),
      );
    },
  };
}

/** A list of tokens in each version. The shorter list is as if it went on with `undefined`. */
export interface TokenList<V, T> {
  readonly name: string;
  of(version: V): readonly T[];
  /** The list as people write it. */
  show(version: V): string;
  compare(left: T | undefined, right: T | undefined): Order;
  /** Why two tokens are ordered so; asked only about ones that differ in order. */
  why(left: T | undefined, right: T | undefined, order: Order): string;
  /** What lists may differ in and still be equal. */
  readonly equal: string;
}

/** A part that is compared token by token: the first difference decides. */
export function tokenwise<V, T>(list: TokenList<V, T>): VersionPart<V> {
  return {
    name: list.name,
    show: (version) => list.show(version),
    compare(left, right) {
      const [a, b] = [list.of(left), list.of(right)];
      const at = firstDifference(a, b, list.compare);
      return at === undefined ? 0 : list.compare(a[at], b[at]);
    },
    why(left, right) {
      const [a, b] = [list.of(left), list.of(right)];
      const at = firstDifference(a, b, list.compare);
      if (at !== undefined) return list.why(a[at], b[at], list.compare(a[at], b[at]));
      const [x, y] = [list.show(left), list.show(right)];
      return x === y ? (x === '' ? 'neither has any' : 'the same') : list.equal;
    },
  };
}

function firstDifference<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T | undefined, b: T | undefined) => Order,
): number | undefined {
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) {
    if (compare(left[i], right[i]) !== 0) return i;
  }
  return undefined;
}
