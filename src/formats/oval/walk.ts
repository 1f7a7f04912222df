import { LimitError } from '../../errors.ts';
import type { OvalCriteria, OvalLeaf } from './model.ts';

/** What the publisher's reader makes of a leaf. */
export type OvalMeaning<Package, Context> =
  /** It asks for a package of some version: what an advisory is about. */
  | { readonly kind: 'package'; readonly name: string; readonly value: Package }
  /** It asks where that is so: a release, an architecture, a module. */
  | { readonly kind: 'context'; readonly value: Context }
  /** It always holds, as far as an image can tell: a signature. */
  | { readonly kind: 'holds' }
  /** It never holds for an image, or nobody here knows what it asks. */
  | { readonly kind: 'fails' };

/** Packages, and where they are meant. */
export interface OvalWay<Package, Context> {
  /** Of each list one has to hold, and all lists: `[[release 8, release 9], [x86_64]]`. */
  readonly contexts: readonly (readonly Context[])[];
  /** Alternatives; what stands together in one has to hold together, and is about one package. */
  readonly packages: readonly {
    readonly name: string;
    readonly values: readonly Package[];
  }[];
}

export interface OvalWalk<Package, Context> {
  readonly ways: readonly OvalWay<Package, Context>[];
  /** What could only be said roughly. */
  readonly oddities: readonly OvalOddity[];
}

export type OvalOddity = 'negated' | 'several-packages';

/** For people. */
export const oddityWords: Readonly<Record<OvalOddity, string>> = {
  negated: 'it asks for something not to be so, which is taken as if it never were',
  'several-packages': 'it asks for several packages together; each of them counts for itself',
};

/** Ways of one definition. */
const WAYS = 200_000;

/** Combinations that an AND of alternatives may have. */
const COMBINATIONS = 200_000;

/** Packages and conditions that combinations may hold, all together: each holds copies of what it is made of. */
const COPIES = 10_000_000;

/** What is kept count of over all criteria of one definition. */
interface Account {
  readonly oddities: Set<OvalOddity>;
  copies: number;
}

/**
 * Walks the criteria of a definition and says which packages it asks for, and under which conditions: an AND hands its
 * conditions on to the packages below it, an OR makes alternatives. What is asked not to be so is left out, unless
 * `meaningOf` says that it holds or fails as it stands there.
 * @throws LimitError for criteria with too many combinations
 */
export function walkOval<Package, Context>(
  criteria: OvalCriteria,
  meaningOf: (leaf: OvalLeaf) => OvalMeaning<Package, Context>,
): OvalWalk<Package, Context> {
  const account: Account = { oddities: new Set(), copies: 0 };
  // The depth is that of the document's elements, which its parser bounds.
  const walk = (part: OvalCriteria): Way<Package, Context>[] => {
    const meaning = part.kind === 'test' ? meaningOf(part) : undefined;
    if (part.negate && meaning?.kind !== 'holds' && meaning?.kind !== 'fails') {
      account.oddities.add('negated');
      return [];
    }
    if (part.kind === 'test') return meaning === undefined ? [] : meant(meaning);
    const parts = part.parts.map(walk);
    return part.kind === 'or' ? alternatives(parts) : together(parts, account);
  };
  return { ways: walk(criteria).filter((way) => way.packages.length > 0), oddities: [...account.oddities] };
}

type Way<Package, Context> = OvalWay<Package, Context>;

function meant<P, C>(meaning: OvalMeaning<P, C>): Way<P, C>[] {
  switch (meaning.kind) {
    case 'package':
      return [{ contexts: [], packages: [{ name: meaning.name, values: [meaning.value] }] }];
    case 'context':
      return [{ contexts: [[meaning.value]], packages: [] }];
    case 'holds':
      return [{ contexts: [], packages: [] }];
    case 'fails':
      return [];
  }
}

/** Ways of an OR. Releases that stand side by side are one condition, packages that stand side by side one list. */
function alternatives<P, C>(parts: readonly (readonly Way<P, C>[])[]): Way<P, C>[] {
  const contexts: C[] = [];
  const packages: Way<P, C>['packages'][number][] = [];
  const others: Way<P, C>[] = [];
  let holds = false;
  for (const way of parts.flat()) {
    if (way.contexts.length === 0 && way.packages.length > 0) append(packages, way.packages);
    else if (way.contexts.length === 1 && way.packages.length === 0) append(contexts, way.contexts[0] ?? []);
    else if (way.contexts.length === 0) holds = true;
    else others.push(way);
  }
  if (packages.length > 0) others.push({ contexts: [], packages });
  if (contexts.length > 0) others.push({ contexts: [contexts], packages: [] });
  // A signature beside something else tells nothing of where that is so.
  return others.length === 0 && holds ? [{ contexts: [], packages: [] }] : bounded(others);
}

/** A list may be longer than a call has arguments. */
function append<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one);
}

function together<P, C>(parts: readonly (readonly Way<P, C>[])[], account: Account): Way<P, C>[] {
  let ways: Way<P, C>[] = [{ contexts: [], packages: [] }];
  for (const part of parts) {
    if (part.length * ways.length > COMBINATIONS) throw new LimitError('OVAL criteria have too many combinations');
    ways = bounded(ways.flatMap((way) => part.map((other) => joined(way, other, account))));
  }
  return ways;
}

function joined<P, C>(a: Way<P, C>, b: Way<P, C>, account: Account): Way<P, C> {
  account.copies += a.contexts.length + b.contexts.length;
  if (a.packages.length > 0 && b.packages.length > 0) account.copies += a.packages.length + b.packages.length;
  if (account.copies > COPIES) throw new LimitError(`OVAL criteria have more than ${COPIES} combined parts`);
  const contexts = [...a.contexts, ...b.contexts];
  const [one, other] = [a.packages, b.packages];
  if (one.length === 0 || other.length === 0) return { contexts, packages: one.length === 0 ? other : one };
  const [first, second] = [one[0], other[0]];
  if (one.length === 1 && other.length === 1 && first?.name === second?.name) {
    return {
      contexts,
      packages: [{ name: first?.name ?? '', values: [...(first?.values ?? []), ...(second?.values ?? [])] }],
    };
  }
  account.oddities.add('several-packages');
  return { contexts, packages: [...one, ...other] };
}

function bounded<P, C>(ways: Way<P, C>[]): Way<P, C>[] {
  if (ways.length > WAYS) throw new LimitError(`OVAL criteria have more than ${WAYS} alternatives`);
  return ways;
}
