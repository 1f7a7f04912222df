import type { Hashes } from '../../model/package.ts';
import { pypiName } from '../../model/purl.ts';

/** A package that a lockfile or a manifest names. */
export interface DeclaredPackage {
  readonly name: string;
  /** As written. Empty where the file names no version that could be meant. */
  readonly version: string;
  /** What it is asked for, as the file calls it; absent where it is asked for use. */
  readonly groups?: readonly string[];
  /** Names of the packages that it needs. */
  readonly requires?: readonly string[];
  readonly hashes?: Hashes;
  /** The project itself. */
  readonly application?: true;
}

/** A file with its packages, and what in it could not be understood. */
export interface DeclaredPackages {
  readonly packages: readonly DeclaredPackage[];
  /** What was left out, in words. */
  readonly leftOut?: string;
}

/** Packages that are kept of one file; the largest real ones name a few thousand. */
const MAX_PACKAGES = 50_000;
/** Groups, and names of what is needed, that are kept of one package. */
const MAX_NAMES = 1000;

/** What is known of a package beside its name and version. */
export interface DeclaredMore {
  readonly groups?: readonly string[];
  readonly requires?: readonly string[];
  readonly hashes?: Hashes | undefined;
  readonly application?: boolean;
}

/**
 * The packages of one file, in its order. Entries with the same name and version become one: lockfiles have one for each set of
 * extras, manifests one for each group. What is asked for use by any of them is for use.
 */
export class DeclaredList {
  readonly #packages: Map<string, DeclaredPackage> = new Map();
  #beyond = 0;

  /** Nothing more is kept. */
  get isFull(): boolean {
    return this.#packages.size >= MAX_PACKAGES;
  }

  /** Counts a package without looking at it. */
  leaveOut(): void {
    this.#beyond++;
  }

  add(name: string, version: string, more: DeclaredMore = {}): void {
    const key = `${pypiName(name)} ${version}`;
    const before = this.#packages.get(key);
    if (before === undefined && this.isFull) this.leaveOut();
    else this.#packages.set(key, before === undefined ? made(name, version, more) : merged(before, more));
  }

  /** @param leftOut what else was left out, in words */
  result(leftOut?: string): DeclaredPackages {
    const tooMany = `${this.#beyond} packages beyond the first ${MAX_PACKAGES} were left out`;
    const words = this.#beyond > 0 ? tooMany : leftOut;
    return { packages: [...this.#packages.values()], ...(words !== undefined && { leftOut: words }) };
  }
}

/** Makes a package, without lists that are empty. */
function made(name: string, version: string, more: DeclaredMore): DeclaredPackage {
  const { groups = [], requires = [], hashes, application = false } = more;
  return {
    name,
    version,
    ...(application && { application }),
    ...(groups.length > 0 && { groups: groups.slice(0, MAX_NAMES) }),
    ...(requires.length > 0 && { requires: requires.slice(0, MAX_NAMES) }),
    ...(hashes !== undefined && { hashes }),
  };
}

function merged(before: DeclaredPackage, more: DeclaredMore): DeclaredPackage {
  const { name, version, groups, requires, hashes, application = false } = before;
  const isGrouped = groups !== undefined && more.groups !== undefined && more.groups.length > 0;
  return made(name, version, {
    groups: isGrouped ? union(groups, more.groups) : [],
    requires: union(requires, more.requires),
    hashes: hashes?.sha256 === more.hashes?.sha256 ? hashes : undefined,
    application: application && more.application === true,
  });
}

function union(a: readonly string[] = [], b: readonly string[] = []): readonly string[] {
  return a.length >= MAX_NAMES ? a : distinct([...a, ...b]);
}

/** Texts without repetitions, in their order. */
export function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** The digest of an archive, where there is just one that it could be: those of several platforms differ. */
export function onlyHash(hashes: readonly string[]): Hashes | undefined {
  if (hashes.length !== 1) return undefined;
  const sha256 = /^(?:sha256:)?([0-9a-f]{64})$/.exec(hashes[0]!)?.[1];
  return sha256 === undefined ? undefined : { sha256 };
}
