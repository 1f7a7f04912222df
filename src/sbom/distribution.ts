import { detectDistribution } from '../assembly/distribution.ts';
import type { SbomComponent, SbomDocument } from '../formats/bom/document.ts';
import { ownDistribution } from '../formats/bom/own-image.ts';
import { type PackageUrl, parsePackageUrl } from '../formats/package-url.ts';
import type { Distribution, ReleaseFile } from '../model/distribution.ts';
import { type Ecosystem, ecosystemOf } from '../model/ecosystem.ts';
import { readingsOf } from './distro-qualifier.ts';

/** The version of distributions that have no releases. */
const ROLLING = 'rolling';

/** Names that other tools give to distributions, and the `ID` of os-release that they stand for. */
const ids: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['amazon', 'amzn'],
  ['amazon linux', 'amzn'],
  ['amazonlinux', 'amzn'],
  ['cbl-mariner', 'mariner'],
  ['opensuse', 'opensuse-leap'],
  ['opensuse.leap', 'opensuse-leap'],
  ['opensuse-microos', 'opensuse-tumbleweed'],
  ['opensuse.tumbleweed', 'opensuse-tumbleweed'],
  ['oracle', 'ol'],
  ['oraclelinux', 'ol'],
  ['red hat enterprise linux', 'rhel'],
  ['redhat', 'rhel'],
  ['rocky linux', 'rocky'],
  ['rockylinux', 'rocky'],
  ['suse', 'sles'],
  ['suse linux enterprise server', 'sles'],
  ['slem', 'sle-micro'],
]);

/** Finds what distribution names stand for, as the release files of an image would be understood. */
export class NamedDistributions {
  readonly #ecosystems: readonly Ecosystem[];
  readonly #known = new Map<string, Distribution | undefined>();
  /** The ecosystem of an id: a document can name as many ids as it has packages. */
  readonly #homes: ReadonlyMap<string, Ecosystem>;
  /** Codenames by the type of packages. */
  readonly #codenames = new Map<string, ReadonlyMap<string, readonly Distribution[]>>();

  constructor(ecosystems: readonly Ecosystem[]) {
    this.#ecosystems = ecosystems;
    const ids = ecosystems.flatMap(({ id, releases = [] }) => [id, ...releases.map((release) => release.id)]);
    this.#homes = new Map(ids.map((id) => [id, ecosystemOf(id, ecosystems)!]));
  }

  /** @param id `debian`, `redhat` @param version `12`, `3.20.1` */
  find(id: string, version: string, codename?: string): Distribution | undefined {
    const key = `${id}\0${version}\0${codename ?? ''}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#detect(id, version, codename));
    return this.#known.get(key);
  }

  #detect(id: string, version: string, codename: string | undefined): Distribution | undefined {
    const home = this.#homes.get(idOf(id.toLowerCase()));
    const fields = new Map([
      ['ID', idOf(id.toLowerCase())],
      ['VERSION_ID', version],
      ['PRETTY_NAME', `${id} ${version}`],
      ...(codename === undefined ? [] : ([['VERSION_CODENAME', codename]] as const)),
    ]);
    const text = [...fields].map(([name, value]) => `${name}=${JSON.stringify(value)}\n`).join('');
    const file: ReleaseFile = { path: 'etc/os-release', text, fields };
    // A document can have a release for each of very many packages: all need not be asked where the name is known.
    return detectDistribution([file], home === undefined ? this.#ecosystems : [home]).distribution;
  }

  /**
   * Of a package, by its qualifier `distro`. Undefined where it names no release: then it is of that of the image; not so
   * where it names one that is not known, since the advisories of another release are wrong for it.
   */
  ofPurl({ type, namespace, qualifiers }: PackageUrl, image?: Distribution): Distribution | 'not-known' | undefined {
    const told = qualifiers.get('distro')?.trim().toLowerCase() ?? '';
    if (told === '') return undefined;
    const own = namespace?.toLowerCase();
    if (image !== undefined && (told === image.id || idOf(told) === image.id)) return undefined;
    const namespaces = [own, image?.id].filter((id) => id !== undefined);
    for (const [id, release] of readingsOf(told, own === undefined ? namespaces : [own])) {
      const known = this.#release(idOf(id), release);
      if (known !== undefined) return known;
    }
    if (own !== undefined && this.#homes.has(idOf(own))) return 'not-known';
    return this.#ofCodename(type, told) ?? 'not-known';
  }

  #release(id: string, release: string): Distribution | undefined {
    const home = this.#homes.get(id);
    if (home === undefined) return undefined;
    const known = home.releases?.filter((one) => one.id === id) ?? [];
    // Testing and unstable of Debian call themselves `forky/sid`.
    const [word = '', sid] = release.split('/');
    const row =
      known.find(({ version, codename }) => version === release || codename === release) ??
      (sid === 'sid'
        ? (known.find(({ codename }) => codename === word) ?? known.find((one) => one.codename === sid))
        : undefined);
    if (row !== undefined) return row;
    const found = this.find(id, release.replace(/^v(?=\d)/, ''));
    const guess = this.find(id, 'no release');
    return found?.version === guess?.version && found?.version !== ROLLING ? undefined : found;
  }

  /** Where nothing names the distribution, a codename does, if only one has it. */
  #ofCodename(type: string, word: string): Distribution | undefined {
    let known = this.#codenames.get(type);
    if (known === undefined) {
      const own = this.#ecosystems.filter(({ types, detect }) => detect !== undefined && types.includes(type));
      const releases = own.flatMap((ecosystem) => ecosystem.releases ?? []);
      known = Map.groupBy(releases, ({ codename = '' }) => codename);
      this.#codenames.set(type, known);
    }
    const named = known.get(word) ?? [];
    return named.length === 1 ? named[0] : undefined;
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
      if (typeof distribution === 'object') counts.set(distribution, (counts.get(distribution) ?? 0) + 1);
    }
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
  }

  #ofSystem({ name, version, properties }: SbomComponent): Distribution | undefined {
    const said = (key: string): string | undefined => properties.get(`syft:distro:${key}`)?.[0];
    const release = said('versionID') ?? version ?? '';
    return this.find(said('id') ?? name, release, said('versionCodename') ?? wordOf(release));
  }
}

function idOf(name: string): string {
  return ids.get(name) ?? name;
}

/** `sid` is no version of os-release but a codename. */
function wordOf(version: string): string | undefined {
  return /^[a-z]+(?:\/[a-z]+)?$/.test(version) ? version : undefined;
}
