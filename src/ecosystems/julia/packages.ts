import { FormatError } from '../../errors.ts';
import { type JuliaPackage, parseJuliaManifest, parseJuliaProject } from '../../formats/julia/project.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';

const PROJECTS: readonly string[] = ['Project.toml', 'JuliaProject.toml'];
const MANIFESTS: readonly string[] = ['Manifest.toml', 'JuliaManifest.toml'];
/** A package in a depot has a folder of its name, and below it one of some letters that stand for its contents. */
const INSTALLED = /(?:^|\/)packages\/[^/]+\/[A-Za-z0-9]{4,5}\/(?:Julia)?Project\.toml$/;
/** What comes with Julia itself. */
const STANDARD = /(?:^|\/)share\/julia\/stdlib\/v\d[^/]*\/[^/]+\/Project\.toml$/;
/** Files of either that are of their developers: tests, documentation. */
const OF_ANOTHER = /(?:^|\/)(?:packages\/[^/]+\/[A-Za-z0-9]{4,5}|share\/julia\/stdlib\/v\d[^/]*\/[^/]+)\//;

/** Reads which packages stand in depots of Julia, and which come with Julia. */
export const juliaPackages = packageFiles({
  name: 'julia-packages',
  version: 1,
  exact: PROJECTS,
  where: ({ path }) => INSTALLED.test(path) || STANDARD.test(path),
  maximum: MAX_MANIFEST,
  read(text, { path }) {
    const { own } = parseJuliaProject(text);
    if (own === undefined) throw new FormatError('it names no package');
    if (own.version !== '') return [recordOf(own)];
    // What has the version of Julia itself has none of its own.
    if (!STANDARD.test(path)) throw new FormatError('its package has no version');
    return [];
  },
});

/** Reads which packages projects of Julia ask for. */
export const juliaProjects = packageFiles({
  name: 'julia-projects',
  version: 1,
  exact: [...PROJECTS, ...MANIFESTS],
  asked: true,
  where: ({ path }) => !OF_ANOTHER.test(path),
  maximum: (name) => (MANIFESTS.includes(name) ? MAX_LOCKFILE : MAX_MANIFEST),
  read(text, { header }) {
    if (MANIFESTS.includes(header.name)) return parseJuliaManifest(text).map((one) => recordOf(one, 'lockfile'));
    const { own, wanted } = parseJuliaProject(text);
    return [...(own === undefined ? [] : [own]), ...wanted].map((one) => recordOf(one, 'manifest'));
  },
});

function recordOf(
  { name, version, uuid, requires }: JuliaPackage,
  evidence?: Exclude<PackageRecord['evidence'], undefined>,
): PackageRecord {
  return {
    type: 'julia',
    name,
    version,
    ...(uuid !== undefined && { qualifiers: { uuid } }),
    ...(evidence !== undefined && { evidence }),
    ...(requires.length > 0 && { requires }),
  };
}
