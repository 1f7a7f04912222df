import { FormatError } from '../../errors.ts';
import { type JuliaPackage, parseJuliaManifest, parseJuliaProject } from '../../formats/julia/project.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const PROJECTS: readonly string[] = ['Project.toml', 'JuliaProject.toml'];
const MANIFESTS: readonly string[] = ['Manifest.toml', 'JuliaManifest.toml'];
/** A package in a depot has a folder of its name, and below it one of some letters that stand for its contents. */
const INSTALLED = /(?:^|\/)packages\/[^/]+\/[A-Za-z0-9]{4,5}\/(?:Julia)?Project\.toml$/;
/** What comes with Julia itself. */
const STANDARD = /(?:^|\/)share\/julia\/stdlib\/v\d[^/]*\/[^/]+\/Project\.toml$/;
/** Files of either that are of their developers: tests, documentation. */
const OF_ANOTHER = /(?:^|\/)(?:packages\/[^/]+\/[A-Za-z0-9]{4,5}|share\/julia\/stdlib\/v\d[^/]*\/[^/]+)\//;

/** Reads which packages stand in depots of Julia, and which come with Julia. */
export const juliaPackages: Analyzer<PackageFact> = {
  name: 'julia-packages',
  version: 1,
  names: { exact: PROJECTS },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !PROJECTS.includes(file.name)) return Appetite.None;
    return INSTALLED.test(file.path) || STANDARD.test(file.path) ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const isStandard = STANDARD.test(file.path);
        const own = readTextFile(layer, file, MAX_MANIFEST, (text) => {
          const found = parseJuliaProject(text).own;
          if (found === undefined) throw new FormatError('it names no package');
          // What has the version of Julia itself has none of its own.
          if (found.version === '' && !isStandard) throw new FormatError('its package has no version');
          return found;
        });
        if (own !== undefined && own.version !== '') packages.add(file.path, recordOf(own));
      },
      close: () => packages.close(),
    };
  },
};

/** Reads which packages projects of Julia ask for. */
export const juliaProjects: Analyzer<PackageFact> = {
  name: 'julia-projects',
  version: 1,
  names: { exact: [...PROJECTS, ...MANIFESTS] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !file.name.endsWith('.toml')) return Appetite.None;
    const isManifest = MANIFESTS.includes(file.name);
    if ((!isManifest && !PROJECTS.includes(file.name)) || OF_ANOTHER.test(file.path)) return Appetite.None;
    return textAppetite(file, isManifest ? MAX_LOCKFILE : MAX_MANIFEST);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const { path } = file;
        if (MANIFESTS.includes(file.header.name)) {
          const found = readTextFile(layer, file, MAX_LOCKFILE, parseJuliaManifest) ?? [];
          for (const one of found) packages.add(path, recordOf(one, 'lockfile'));
          return;
        }
        const project = readTextFile(layer, file, MAX_MANIFEST, parseJuliaProject);
        if (project === undefined) return;
        const { own, wanted } = project;
        if (own !== undefined) packages.add(path, recordOf(own, 'manifest'));
        for (const one of wanted) packages.add(path, recordOf(one, 'manifest'));
      },
      close: () => packages.close(),
    };
  },
};

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
