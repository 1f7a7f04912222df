import type { Analyzer } from '../../src/model/analyzer.ts';
import type { PackageRecord } from '../../src/model/fact.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readLayers } from '../../src/reading/read-layers.ts';
import { imageOf, layersContext } from './layers.ts';
import { hasShared, readShared } from './shared.ts';
import { tarMembers } from './tar-members.ts';

export type FixtureArchive = 'osv-scalibr-language' | 'osv-scalibr-os-sbom' | 'syft';

/** A package that the publisher of a fixture found in it. */
export interface ExpectedPackage {
  readonly name: string;
  /** As written: empty, or a range, where the file has no more. */
  readonly version: string;
  readonly purlType?: string;
  readonly purl?: string;
  readonly groups?: readonly string[];
  readonly groupID?: string;
  readonly artifactID?: string;
}

/** One file or folder, read under some settings, and what is in it. */
export interface FixtureCase {
  /** `language/python/uvlock` (osv-scalibr) or `python` (syft). */
  readonly lister: string;
  /** What it shows, in its publisher's words; not unique. */
  readonly title: string;
  readonly path: string;
  readonly packages: readonly ExpectedPackage[];
  /** The file is refused or read in part only. */
  readonly expectError?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}

interface RawCase extends Omit<FixtureCase, 'lister' | 'title'> {
  readonly extractor?: string;
  readonly cataloger?: string;
  readonly case?: string;
  readonly test?: string;
}

const archives = new Map<FixtureArchive, ReadonlyMap<string, Buffer>>();

function filesOf(archive: FixtureArchive): ReadonlyMap<string, Buffer> {
  let files = archives.get(archive);
  if (files === undefined) {
    files = tarMembers(readShared(`fixtures/lang/${archive}.tar.zst`));
    archives.set(archive, files);
  }
  return files;
}

export const fixtureArchives: readonly FixtureArchive[] = ['osv-scalibr-language', 'osv-scalibr-os-sbom', 'syft'];

/** Every lister of an archive, sorted, with how many packages its cases expect. */
export function fixtureListers(archive: FixtureArchive): ReadonlyMap<string, number> {
  const all = JSON.parse(readShared(`fixtures/lang/${archive}.expected.json`).toString()) as readonly RawCase[];
  const counts = new Map<string, number>();
  for (const { extractor, cataloger, packages } of all) {
    const lister = extractor ?? cataloger ?? '';
    counts.set(lister, (counts.get(lister) ?? 0) + packages.length);
  }
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The paths of all files of an archive. */
export function fixturePaths(archive: FixtureArchive): readonly string[] {
  return [...filesOf(archive).keys()];
}

/**
 * The cases of one lister of the reference data; none where that data is absent, for suites that are skipped then.
 * @throws Error where the data has none: the name is wrong then
 */
export function fixtureCases(archive: FixtureArchive, lister: string): readonly FixtureCase[] {
  if (!hasShared) return [];
  const all = JSON.parse(readShared(`fixtures/lang/${archive}.expected.json`).toString()) as readonly RawCase[];
  const cases = all
    .map(({ extractor, cataloger, case: words, test, ...rest }): FixtureCase => {
      const title = [words, test].filter((part) => part !== undefined).join(', ');
      return { ...rest, lister: extractor ?? cataloger ?? '', title };
    })
    .filter((one) => one.lister === lister);
  if (cases.length === 0) throw new Error(`${archive} has no lister ${lister}`);
  return cases;
}

/** The files that a case is about, below its path; a file itself has the path ''. */
export function fixtureFiles(archive: FixtureArchive, path: string): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const [name, content] of filesOf(archive)) {
    if (name === path) found.set('', content);
    else if (name.startsWith(`${path}/`)) found.set(name.slice(path.length + 1), content);
  }
  return found;
}

/** A package as an analyzer found it, and where. */
export interface FoundPackage extends PackageRecord {
  readonly location: string;
}

/** What analyzers find in the files of a layer. */
export async function readFixture(
  analyzers: readonly Analyzer[],
  files: ReadonlyMap<string, Buffer>,
): Promise<{ readonly packages: readonly FoundPackage[]; readonly problems: readonly Problem[] }> {
  const entries = [...files].map(([path, content]) => ({ path, content, mode: 0o755 }));
  const [read] = await readLayers(imageOf(entries), analyzers, layersContext());
  if (read === undefined) throw new Error('no layer was read');
  const packages = read.facts.facts.flatMap((fact) =>
    fact.kind === 'package' ? [{ ...fact.package, location: fact.location ?? fact.path }] : [],
  );
  return { packages, problems: read.problems };
}

/** Packages in the form in which they are compared: `name@version`, sorted, each once. */
export function named(packages: readonly { readonly name: string; readonly version: string }[]): readonly string[] {
  return [...new Set(packages.map(({ name, version }) => `${name}@${version}`))].sort();
}
