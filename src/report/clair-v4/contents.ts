import type { Distribution } from '../../model/distribution.ts';
import type { Package } from '../../model/package.ts';
import type { Report } from '../../model/report.ts';
import type { ClairContents, ClairDistribution, ClairEnvironment, ClairPackage, ClairRepository } from './documents.ts';

/** The name of everything (NISTIR 7695): Quay asks for a name, and distributions here have none of their own. */
const ANY = 'cpe:2.3:*:*:*:*:*:*:*:*:*:*:*';

/** What is in an image, with the way from packages to their ids. */
export interface NumberedContents {
  readonly contents: ClairContents;
  /** Ids of the packages of a purl. */
  readonly idsOf: (purl: string) => readonly string[];
  /** What stands around a package, by its id. */
  readonly surroundings: (id: string) => {
    readonly distribution?: ClairDistribution;
    readonly repository?: ClairRepository;
  };
}

/** Packages that are installed: what files only ask for is nothing that Clair knows of. */
export function clairContents({ image, packages }: Pick<Report, 'image' | 'packages'>): NumberedContents {
  const numbered = new Map<string, ClairPackage>();
  const distributions = new Map<string, ClairDistribution>();
  const repositories = new Map<string, ClairRepository>();
  const environments = new Map<string, readonly ClairEnvironment[]>();
  const byPurl = new Map<string, string[]>();
  /** Sources are packages, too, and have ids of the same row. */
  let last = 0;
  const nextId = (): string => String(++last);
  for (const pkg of packages) {
    if (pkg.evidence !== undefined) continue;
    const id = nextId();
    numbered.set(id, packageOf(pkg, id, nextId));
    const known = byPurl.get(pkg.purl);
    if (known === undefined) byPurl.set(pkg.purl, [id]);
    else known.push(id);
    const distribution =
      pkg.distribution === undefined ? undefined : distributionOf(pkg.distribution, image.distribution, distributions);
    const repository = pkg.distribution === undefined ? repositoryOf(pkg.type, repositories) : undefined;
    const layer = image.layers[pkg.layer.index];
    const introducedIn = layer?.digest ?? layer?.diffId ?? pkg.layer.diffId;
    environments.set(
      id,
      (pkg.locations.length === 0 ? [''] : pkg.locations).map((location) => ({
        package_db: location,
        ...(introducedIn !== undefined && { introduced_in: introducedIn }),
        distribution_id: distribution === undefined ? '' : distribution.id,
        repository_ids: repository === undefined ? [] : [repository.id],
      })),
    );
  }
  const byId = <T extends { readonly id: string }>(rows: ReadonlyMap<string, T>): Readonly<Record<string, T>> =>
    Object.fromEntries([...rows.values()].map((row) => [row.id, row]));
  const contents = {
    packages: Object.fromEntries(numbered),
    distributions: byId(distributions),
    repository: byId(repositories),
    environments: Object.fromEntries(environments),
  };
  return {
    contents,
    idsOf: (purl) => byPurl.get(purl) ?? [],
    surroundings: (id) => {
      const [first] = environments.get(id) ?? [];
      const distribution = contents.distributions[first?.distribution_id ?? ''];
      const repository = contents.repository[first?.repository_ids[0] ?? ''];
      return { ...(distribution && { distribution }), ...(repository && { repository }) };
    },
  };
}

function packageOf(pkg: Package, id: string, nextId: () => string): ClairPackage {
  const { name, version, arch, source, modularity } = pkg;
  return {
    id,
    name,
    version,
    kind: 'BINARY',
    ...(source !== undefined && {
      source: { id: nextId(), name: source.name, version: source.version, kind: 'SOURCE' },
    }),
    // Clair's word for a stream ends with its name: `nodejs:20`.
    ...(modularity !== undefined && { module: modularity.split(':').slice(0, 2).join(':') }),
    ...(arch !== undefined && { arch }),
  };
}

function distributionOf(
  name: string,
  own: Distribution | undefined,
  known: Map<string, ClairDistribution>,
): ClairDistribution {
  const before = known.get(name);
  if (before !== undefined) return before;
  const distribution = clairDistribution(String(known.size + 1), name, own);
  known.set(name, distribution);
  return distribution;
}

/**
 * A distribution in Clair's words.
 * @param name `debian:12`
 * @param own what is known of the distribution of the image, which need not be this one
 */
export function clairDistribution(id: string, name: string, own?: Distribution): ClairDistribution {
  const colon = name.indexOf(':');
  const [did, release] = colon < 0 ? [name, ''] : [name.slice(0, colon), name.slice(colon + 1)];
  const isOwn = own !== undefined && own.id === did && own.version === release;
  const pretty = isOwn ? own.name : `${did} ${release}`.trim();
  const codename = isOwn ? (own.codename ?? '') : '';
  return {
    id,
    did,
    // `Debian GNU/Linux 12 (bookworm)` is called so, and its release `12 (bookworm)`.
    name: pretty.split(/ v?\d/, 1)[0]!,
    version: codename === '' ? release : `${release} (${codename})`,
    version_code_name: codename,
    version_id: release,
    arch: '',
    cpe: ANY,
    pretty_name: pretty,
  };
}

function repositoryOf(type: string, known: Map<string, ClairRepository>): ClairRepository {
  const before = known.get(type);
  if (before !== undefined) return before;
  const repository = { id: String(known.size + 1), name: type };
  known.set(type, repository);
  return repository;
}
