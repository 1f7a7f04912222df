import { type Ecosystem, languageOf } from '../model/ecosystem.ts';
import { compareText } from '../model/order.ts';
import { NodeModules } from './node-resolution.ts';
import type { PathTree } from './path-tree.ts';
import type { PlacedRecord } from './placed-record.ts';

/** Names that packages say they need, of a whole image: what is beyond is not looked for. */
const NEEDS = 2_000_000;
/** Packages of one name that are equally near: a lockfile that has several versions does not always tell which is meant. */
const EQUALLY_NEAR = 10;

/** Places to each side that are looked at for them: a thousand copies of one version cost no more. */
const LOOKED_AT = 30;

/**
 * How packages of languages hang together: which ones a package needs, and in the archive of which it stands. What a
 * package needs is looked for as its language does (npm), else as near as possible: in the same file, in the same
 * directory, further up.
 */
export class Relations {
  readonly #ecosystems: readonly Ecosystem[];
  readonly #byLocation = new Map<string, PlacedRecord[]>();
  readonly #byName = new Map<string, PlacedRecord[]>();
  /** Of those names that anything needs. */
  readonly #neighbours = new Map<string, Neighbours>();
  readonly #nodeModules: NodeModules;
  #needs = NEEDS;
  #skipped = 0;

  constructor(placed: readonly PlacedRecord[], tree: PathTree, ecosystems: readonly Ecosystem[]) {
    this.#ecosystems = ecosystems;
    for (const one of placed) {
      push(this.#byLocation, one.location, one);
      if (!isNode(one)) push(this.#byName, this.#key(one, one.one.record.name), one);
    }
    this.#nodeModules = new NodeModules(placed.filter(isNode), tree);
  }

  /** What was left out, in words. */
  get exhausted(): readonly string[] {
    if (this.#skipped === 0) return [];
    return [
      `packages say that they need more than ${NEEDS} others; what ${this.#skipped} of them need is not in the report`,
    ];
  }

  /** purls of the packages that one needs, as far as the image has them. */
  dependsOn(place: PlacedRecord): readonly string[] {
    const { requires = [] } = place.one.record;
    if (requires.length === 0) return [];
    this.#needs -= requires.length;
    if (this.#needs < 0) {
      this.#skipped++;
      return [];
    }
    const found = new Set<string>();
    for (const name of requires) for (const purl of this.#find(place, name)) found.add(purl);
    found.delete(place.purl);
    return [...found];
  }

  /** purl of the package whose archive one stands in. */
  within({ location }: PlacedRecord): string | undefined {
    for (let end = location.lastIndexOf('!/'); end > 0; end = location.lastIndexOf('!/', end - 1)) {
      const archive = location.slice(0, end);
      const packages = this.#byLocation.get(archive);
      const own = packages === undefined ? undefined : packageOfArchive(archive, packages);
      if (own !== undefined) return own.purl;
    }
    return undefined;
  }

  #find(place: PlacedRecord, name: string): readonly string[] {
    if (isNode(place)) {
      const purl = this.#nodeModules.resolve(place.location, name);
      return purl === undefined ? [] : [purl];
    }
    // What one file asks for is asked for by no other.
    const least = place.one.record.evidence === undefined ? '' : `${place.one.path}/`;
    return this.#neighboursOf(this.#key(place, name))?.nearest(place.location, least) ?? [];
  }

  #neighboursOf(key: string): Neighbours | undefined {
    let found = this.#neighbours.get(key);
    if (found !== undefined) return found;
    const places = this.#byName.get(key);
    if (places === undefined) return undefined;
    found = new Neighbours(places);
    this.#neighbours.set(key, found);
    return found;
  }

  #key({ one: { record } }: PlacedRecord, name: string): string {
    const compared = languageOf(record.type, this.#ecosystems)?.advisoryName?.(name) ?? name;
    return `${record.type}\0${record.evidence ?? ''}\0${compared}`;
  }
}

function isNode({ one: { record } }: PlacedRecord): boolean {
  return record.type === 'npm' && record.evidence === undefined;
}

/** The package that an archive itself is: one that holds the content of others has several. */
function packageOfArchive(archive: string, packages: readonly PlacedRecord[]): PlacedRecord | undefined {
  if (packages.length === 1) return packages[0];
  const file = archive.slice(archive.lastIndexOf('/') + 1);
  return packages.find(({ one: { record } }) => {
    const artifact = record.name.slice(record.name.lastIndexOf(':') + 1);
    return file.startsWith(`${artifact}-`) || file.startsWith(`${artifact}.`);
  });
}

/** All places of the packages of one name, in an order in which those that are near each other stand together. */
class Neighbours {
  readonly #places: readonly { readonly key: string; readonly purl: string }[];

  constructor(places: readonly PlacedRecord[]) {
    this.#places = places
      .map(({ location, purl }) => ({ key: `${location}/`, purl }))
      .sort((a, b) => compareText(a.key, b.key));
  }

  /**
   * purls of those that share most of their way with a place, part by part.
   * @param least what they have to share
   */
  nearest(location: string, least: string): readonly string[] {
    const own = `${location}/`;
    const at = this.#position(own);
    const before = sharedWay(own, this.#places[at - 1]?.key);
    const behind = sharedWay(own, this.#places[at]?.key);
    const shared = before.length > behind.length ? before : behind;
    if (!shared.startsWith(least)) return [];
    // All with the same beginning stand together, and the place itself among them.
    const found = new Set<string>();
    for (const step of [-1, 1]) {
      let i = step < 0 ? at - 1 : at;
      for (let left = LOOKED_AT; left > 0 && this.#places[i]?.key.startsWith(shared) === true; left--, i += step) {
        if (found.size < EQUALLY_NEAR) found.add(this.#places[i]!.purl);
      }
    }
    // Without anything in common, one of several versions would be a guess.
    return shared === '' && found.size > 1 ? [] : [...found];
  }

  /** Where a key stands, or would. */
  #position(key: string): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#places[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The directories that two keys begin with, with a slash at the end. */
function sharedWay(a: string, b: string | undefined): string {
  if (b === undefined) return '';
  let i = 0;
  let slash = 0;
  for (const end = Math.min(a.length, b.length); i < end && a.charCodeAt(i) === b.charCodeAt(i); i++) {
    if (a.charCodeAt(i) === 0x2f) slash = i + 1;
  }
  return a.slice(0, slash);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
