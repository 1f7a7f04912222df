import { parseDotnetLibraries } from '../../formats/dotnet/libraries.ts';
import { parsePackagesLock } from '../../formats/dotnet/packages-lock.ts';
import { parsePaketDependencies, parsePaketLock } from '../../formats/dotnet/paket.ts';
import { parseMsbuildProject, parsePackagesConfig } from '../../formats/dotnet/project-xml.ts';
import type { RequestedPackage } from '../../formats/dotnet/requested.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';

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
export const dotnetProjects = packageFiles({
  name: 'dotnet-projects',
  version: 1,
  names: { exact: [...names.keys()], ends: ['.csproj', '.fsproj', '.vbproj'] },
  asked: true,
  where: ({ name }) => kindOf(name) !== undefined,
  maximum: (name) => kindOf(name)?.maximum ?? 0,
  read(text, { header }) {
    const { evidence, parse } = kindOf(header.name) ?? project;
    return parse(text).map((one) => ({ type: 'nuget', ...one, evidence }));
  },
});

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
