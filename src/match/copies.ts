import { compareText } from '../model/order.ts';
import type { Evidence, Package } from '../model/package.ts';
import type { Watch } from './watch.ts';

/** A package that somebody watches. */
export interface WatchedPackage {
  readonly pkg: Package;
  readonly watch: Watch;
}

/** A package as it is judged: once, however many copies of it there are. */
export interface Subject extends WatchedPackage {
  /** Where it stands, the lowest layer first. The first of them is that of `pkg`. */
  readonly places: readonly Place[];
}

export interface Place {
  readonly path: string;
  readonly layer: number;
}

/** Places of a package that a finding names. */
const PLACES = 1000;

/** What tells best that a package is there. */
const ranks: Readonly<Record<Evidence, number>> = { installed: 0, lockfile: 1, manifest: 2 };

/**
 * Puts copies of packages of languages together: what is wrong with one is wrong with all of them. What is installed
 * stands for what is also asked for.
 */
export function withoutCopies(watched: readonly WatchedPackage[]): readonly Subject[] {
  const subjects: Subject[] = [];
  const groups = new Map<string, WatchedPackage[]>();
  for (const one of watched) {
    const key = copyKey(one);
    if (key === undefined) subjects.push({ ...one, places: placesOf([one]) });
    else {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [one]);
      else group.push(one);
    }
  }
  for (const group of groups.values()) {
    const best = Math.min(...group.map(rankOf));
    const copies = group.filter((one) => rankOf(one) === best).sort(compareCopies);
    subjects.push({ ...copies[0]!, places: placesOf(copies) });
  }
  return subjects;
}

/** The same for all copies of a package of a language; undefined for a package of a distribution. */
export function copyKey({ pkg, watch: { ecosystem } }: WatchedPackage): string | undefined {
  if (pkg.distribution !== undefined || ecosystem.detect !== undefined) return undefined;
  const name = ecosystem.advisoryName?.(pkg.name) ?? pkg.name;
  return `${pkg.type}\0${name}\0${pkg.version}\0${pkg.arch ?? ''}`;
}

function rankOf({ pkg: { evidence } }: WatchedPackage): number {
  return ranks[evidence ?? 'installed'];
}

function compareCopies({ pkg: a }: WatchedPackage, { pkg: b }: WatchedPackage): number {
  return a.layer.index - b.layer.index || compareText(a.locations[0] ?? '', b.locations[0] ?? '');
}

function placesOf(copies: readonly WatchedPackage[]): readonly Place[] {
  const places = copies.flatMap(({ pkg }) => pkg.locations.map((path): Place => ({ path, layer: pkg.layer.index })));
  if (copies.length > 1) places.sort((a, b) => a.layer - b.layer || compareText(a.path, b.path));
  return places.slice(0, PLACES);
}
