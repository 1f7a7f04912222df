import { parseDotnetLibraries } from '../../formats/dotnet/libraries.ts';
import { parsePackagesLock } from '../../formats/dotnet/packages-lock.ts';
import { parsePaketDependencies, parsePaketLock } from '../../formats/dotnet/paket.ts';
import { parseMsbuildProject, parsePackagesConfig } from '../../formats/dotnet/project-xml.ts';
import type { RequestedPackage } from '../../formats/dotnet/requested.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** A kind of file that asks for packages. */
interface Kind {
  readonly evidence: Exclude<PackageRecord['evidence'], undefined>;
  readonly maximum: number;
  readonly parse: (text: string) => readonly RequestedPackage[];
}

const lockfile = { evidence: 'lockfile', maximum: MAX_LOCKFILE } as const;
const manifest = { evidence: 'manifest', maximum: MAX_MANIFEST } as const;

const names: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['packages.lock.json', { ...lockfile, parse: parsePackagesLock }],
  ['project.assets.json', { ...lockfile, parse: parseAssets }],
  ['paket.lock', { ...lockfile, parse: parsePaketLock }],
  // It has the exact versions that NuGet restores, nothing above and nothing below.
  ['packages.config', { ...lockfile, parse: parsePackagesConfig }],
  ['paket.dependencies', { ...manifest, parse: parsePaketDependencies }],
  ['directory.packages.props', { ...manifest, parse: parseMsbuildProject }],
]);
const lengths: ReadonlySet<number> = new Set([...names.keys()].map((name) => name.length));
const project: Kind = { ...manifest, parse: parseMsbuildProject };

/** Reads which packages projects of .NET ask for: lockfiles of NuGet and Paket, projects, and central lists of versions. */
export const dotnetProjects: Analyzer<PackageFact> = {
  name: 'dotnet-projects',
  version: 1,
  names: { exact: [...names.keys()], ends: ['.csproj', '.fsproj', '.vbproj'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    const kind = file.type === 'file' ? kindOf(file.name) : undefined;
    return kind === undefined ? Appetite.None : textAppetite(file, kind.maximum);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        const kind = kindOf(file.header.name);
        if (kind === undefined) return;
        packages.begin(file);
        const found = readTextFile(layer, file, kind.maximum, kind.parse) ?? [];
        for (const one of found) packages.add(file.path, { type: 'nuget', ...one, evidence: kind.evidence });
      },
      close: () => packages.close(),
    };
  },
};

/** The kind of a file, by its name in any case. */
function kindOf(name: string): Kind | undefined {
  const { length } = name;
  const last = name.charCodeAt(length - 1) | 0x20;
  if (last === 0x6a && length > 7) return /\.(?:cs|fs|vb)proj$/i.test(name) ? project : undefined;
  // lock, json, config, dependencies and props
  if (last !== 0x6b && last !== 0x6e && last !== 0x67 && last !== 0x73) return undefined;
  return lengths.has(length) ? names.get(name.toLowerCase()) : undefined;
}

/** What a restore decided: all but the projects themselves. */
function parseAssets(text: string): readonly RequestedPackage[] {
  return parseDotnetLibraries(text)
    .libraries.filter(({ type }) => type !== 'project')
    .map(({ name, version, requires }) => ({ name, version, ...(requires.length > 0 && { requires }) }));
}
