import { detectDistribution } from '../assembly/distribution.ts';
import type { SbomComponent, SbomDocument } from '../formats/bom/document.ts';
import { ownDistribution } from '../formats/bom/own-image.ts';
import { type PackageUrl, parsePackageUrl } from '../formats/package-url.ts';
import type { Distribution, ReleaseFile } from '../model/distribution.ts';
import type { Ecosystem } from '../model/ecosystem.ts';

/** Names that other tools give to distributions, and the `ID` of os-release that they stand for. */
const ids: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['amazon', 'amzn'],
  ['amazon linux', 'amzn'],
  ['cbl-mariner', 'mariner'],
  ['opensuse', 'opensuse-leap'],
  ['opensuse.leap', 'opensuse-leap'],
  ['opensuse.tumbleweed', 'opensuse-tumbleweed'],
  ['oracle', 'ol'],
  ['red hat enterprise linux', 'rhel'],
  ['redhat', 'rhel'],
  ['rocky linux', 'rocky'],
  ['suse linux enterprise server', 'sles'],
  ['slem', 'sle-micro'],
]);

/** Finds what distribution names stand for, as the release files of an image would be understood. */
export class NamedDistributions {
  readonly #ecosystems: readonly Ecosystem[];
  readonly #known = new Map<string, Distribution | undefined>();

  constructor(ecosystems: readonly Ecosystem[]) {
    this.#ecosystems = ecosystems;
  }

  /** @param id `debian`, `redhat` @param version `12`, `3.20.1` */
  find(id: string, version: string, codename?: string): Distribution | undefined {
    const key = `${id}\0${version}\0${codename ?? ''}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#detect(id, version, codename));
    return this.#known.get(key);
  }

  #detect(id: string, version: string, codename: string | undefined): Distribution | undefined {
    const lower = id.toLowerCase();
    const fields = new Map([
      ['ID', ids.get(lower) ?? lower],
      ['VERSION_ID', version],
      ['PRETTY_NAME', `${id} ${version}`],
      ...(codename === undefined ? [] : ([['VERSION_CODENAME', codename]] as const)),
    ]);
    const text = [...fields].map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join('');
    const file: ReleaseFile = { path: 'etc/os-release', text, fields };
    return detectDistribution([file], this.#ecosystems).distribution;
  }

  /** Of a package: `distro=debian-12`. */
  ofPurl(purl: PackageUrl): Distribution | undefined {
    const [, id, version] = /^(.+?)-([^-]*\d[^-]*|[^-]+)$/.exec(purl.qualifiers.get('distro') ?? '') ?? [];
    return id === undefined || version === undefined ? undefined : this.find(id, version, wordOf(version));
  }

  /** Of an image: its operating system, or else what most of its packages say that they are of. */
  ofDocument(document: SbomDocument): Distribution | undefined {
    const systems = document.components.filter(({ kind }) => kind === 'operating-system');
    for (const system of systems) {
      const known = ownDistribution(system) ?? this.#ofSystem(system);
      if (known !== undefined) return known;
    }
    const counts = new Map<Distribution, number>();
    for (const { purl } of document.components) {
      const parsed = purl?.includes('distro=') === true ? parsePackageUrl(purl) : undefined;
      const distribution = parsed === undefined ? undefined : this.ofPurl(parsed);
      if (distribution !== undefined) counts.set(distribution, (counts.get(distribution) ?? 0) + 1);
    }
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
  }

  #ofSystem({ name, version, properties }: SbomComponent): Distribution | undefined {
    const said = (key: string): string | undefined => properties.get(`syft:distro:${key}`)?.[0];
    const release = said('versionID') ?? version ?? '';
    return this.find(said('id') ?? name, release, said('versionCodename') ?? wordOf(release));
  }
}

/** `sid` is no version of os-release but a codename. */
function wordOf(version: string): string | undefined {
  return /^[a-z]+(?:\/[a-z]+)?$/.test(version) ? version : undefined;
}
