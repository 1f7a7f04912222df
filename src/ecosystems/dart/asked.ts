import { parsePackageConfig, parsePackageGraph, type ResolvedDartPackage } from '../../formats/dart/package-config.ts';
import { type Pubspec, parsePubspec } from '../../formats/dart/pubspec.ts';
import { type DartLockfile, parsePubspecLock } from '../../formats/dart/pubspec-lock.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { fetchedFolder } from './fetched.ts';

const LIMITS: ReadonlyMap<string, number> = new Map([
  ['package_config.json', MAX_LOCKFILE],
  ['package_graph.json', MAX_LOCKFILE],
  ['pubspec.lock', MAX_LOCKFILE],
  ['pubspec.yaml', MAX_MANIFEST],
  ['pubspec.yml', MAX_MANIFEST],
]);

/** Reads what projects of Dart ask for: lockfiles, manifests, and what Dart resolved for them. */
export const dartAsked: Analyzer<PackageFact> = {
  name: 'dart-asked',
  version: 1,
  names: { exact: [...LIMITS.keys()] },
  asked: true,

  wants(file: FileHeader): Appetite {
    const limit = file.type === 'file' ? LIMITS.get(file.name) : undefined;
    if (limit === undefined) return Appetite.None;
    if (file.name.startsWith('package_') && !file.path.includes('.dart_tool/')) return Appetite.None;
    // What a package published of its own files is of its developers.
    return fetchedFolder(file.path) === undefined ? textAppetite(file, limit) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        for (const record of recordsOf(layer, file)) packages.add(file.path, { type: 'pub', ...record });
      },
      close: () => packages.close(),
    };
  },
};

type DartRecord = Omit<PackageRecord, 'type'>;

function recordsOf(layer: LayerContext, file: LayerFile): readonly DartRecord[] {
  switch (file.header.name) {
    case 'package_config.json':
      return (readTextFile(layer, file, MAX_LOCKFILE, parsePackageConfig) ?? []).map(resolved);
    case 'package_graph.json':
      return (readTextFile(layer, file, MAX_LOCKFILE, parsePackageGraph) ?? []).map(resolved);
    case 'pubspec.lock': {
      const found = readTextFile(layer, file, MAX_LOCKFILE, parsePubspecLock);
      return found === undefined ? [] : locked(layer, file.path, found);
    }
    default: {
      const found = readTextFile(layer, file, MAX_MANIFEST, parsePubspec);
      return found === undefined ? [] : declared(found);
    }
  }
}

function resolved({ name, version, isProject, requires }: ResolvedDartPackage): DartRecord {
  return {
    name,
    version,
    evidence: 'lockfile',
    ...(isProject && { application: true }),
    ...(requires.length > 0 && { requires }),
  };
}

function locked(layer: LayerContext, path: string, { packages, unreadable }: DartLockfile): readonly DartRecord[] {
  if (unreadable > 0) {
    const message = `${unreadable} of its packages have no version and were left out`;
    layer.problem({ code: 'file.format', message, path });
  }
  return packages.map(({ name, version, development, sha256 }) => ({
    name,
    version,
    evidence: 'lockfile',
    ...(development && { groups: ['dev'] }),
    ...(sha256 !== undefined && { hashes: { sha256 } }),
  }));
}

function declared({ name, version, isPrivate, wanted }: Pubspec): readonly DartRecord[] {
  const requires = wanted.filter(({ development }) => !development).map((one) => one.name);
  const project: DartRecord = {
    name,
    version,
    evidence: 'manifest',
    ...(isPrivate && { application: true }),
    ...(requires.length > 0 && { requires }),
  };
  return [
    project,
    ...wanted.map(
      (one): DartRecord => ({
        name: one.name,
        version: one.version,
        evidence: 'manifest',
        ...(one.development && { groups: ['dev'] }),
      }),
    ),
  ];
}
