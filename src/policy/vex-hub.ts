import { FormatError, LimitError } from '../errors.ts';
import { asList, asRecord, asText } from '../formats/record.ts';
import type { Report } from '../model/report.ts';
import { claimedNamesOf, imageNameOf, repositoryOf } from './image-name.ts';
import { comparablePurl } from './purl.ts';

/** Entries of an index. */
const ENTRIES = 1_000_000;

/** Where the documents of a repository stand, by what they are about (aquasecurity/vex-repo-spec 0.1, "index.json"). */
export class VexIndex {
  readonly #locations = new Map<string, string[]>();

  /**
   * @throws FormatError if it is no index
   * @throws LimitError if it has more entries than any that is published
   */
  constructor(bytes: Uint8Array) {
    const packages = asRecord(parse(bytes, 'index.json'))?.['packages'];
    if (!Array.isArray(packages)) throw new FormatError('index.json has no list of "packages"');
    if (packages.length > ENTRIES) throw new LimitError(`index.json has more than ${ENTRIES} packages`);
    for (const one of packages) {
      const id = asText(asRecord(one)?.['id'], 2000);
      const location = asText(asRecord(one)?.['location'], 2000);
      const purl = id === undefined ? undefined : comparablePurl(id);
      // A location is below the folder of the index, and nowhere else.
      if (purl === undefined || location === undefined || !isBelow(location)) continue;
      const key = keyOf(purl.type, purl.key, purl.qualifiers.get('repository_url'));
      const known = this.#locations.get(key);
      if (known === undefined) this.#locations.set(key, [location]);
      else known.push(location);
    }
  }

  get size(): number {
    return this.#locations.size;
  }

  /** Documents about the image, or about a package that it has, sorted. */
  locationsFor(report: Pick<Report, 'image' | 'packages'>): readonly string[] {
    const found = new Set<string>();
    const take = (key: string): void => {
      for (const location of this.#locations.get(key) ?? []) found.add(location);
    };
    for (const { purl } of report.packages) {
      const own = comparablePurl(purl);
      if (own !== undefined) take(own.key);
    }
    const own = imageNameOf(report);
    // What is only claimed is read, too: that it is about another image is told then, and not that there is nothing.
    for (const name of own === undefined ? claimedNamesOf(report) : [own]) {
      const repository = repositoryOf(name);
      const last = repository.slice(repository.lastIndexOf('/') + 1);
      const { key } = comparablePurl(`pkg:oci/${encodeURIComponent(last)}`)!;
      take(keyOf('oci', key, repository));
      take(key);
    }
    return [...found].sort();
  }
}

function keyOf(type: string, key: string, url: string | undefined): string {
  if (type !== 'oci' || url === undefined) return key;
  return `${key}\0${url.replace(/^(?:index\.|registry-1\.)docker\.io\//, 'docker.io/')}`;
}

function isBelow(location: string): boolean {
  return !/^[/\\]|^[a-z]+:|\\/i.test(location) && !location.split('/').includes('..');
}

/** Where the archive of a repository is, and how long it may be used. */
export interface VexManifest {
  /** Addresses with the folder in the archive, the first one first. */
  readonly locations: readonly { readonly url: string; readonly folder: string }[];
  /** Milliseconds. */
  readonly updateInterval: number;
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const DAY = 24 * 3_600_000;

/**
 * Reads `vex-repository.json` (vex-repo-spec 0.1).
 * @throws FormatError if it tells no place in a version that is understood
 */
export function readVexManifest(bytes: Uint8Array): VexManifest {
  const versions = asList(asRecord(parse(bytes, 'vex-repository.json'))?.['versions']).map(asRecord);
  const own = versions.find((version) => /^v?0\.1(?:\.|$)/.test(asText(version?.['spec_version'], 20) ?? ''));
  if (own === undefined) throw new FormatError('vex-repository.json has no version 0.1');
  const locations = asList(own['locations']).flatMap((one) => {
    const text = asText(asRecord(one)?.['url'], 2000);
    if (text === undefined || !/^https?:\/\//.test(text)) return [];
    // `URL//folder` (the notation of go-getter).
    const at = text.indexOf('//', text.indexOf('://') + 3);
    const folder = at < 0 ? '' : text.slice(at + 2).replace(/\/+$/, '');
    return [{ url: at < 0 ? text : text.slice(0, at), folder }];
  });
  if (locations.length === 0) throw new FormatError('vex-repository.json tells no address of an archive');
  const [, number, unit] = /^(\d{1,6})(s|m|h)$/.exec(asText(own['update_interval'], 20) ?? '') ?? [];
  return { locations, updateInterval: number === undefined ? DAY : Number(number) * units[unit!]! };
}

function parse(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (error) {
    throw new FormatError(`${name} is no JSON: ${(error as Error).message.slice(0, 200)}`, { cause: error });
  }
}
