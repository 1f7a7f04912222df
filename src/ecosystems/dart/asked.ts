import { parsePackageConfig, parsePackageGraph, type ResolvedDartPackage } from '../../formats/dart/package-config.ts';
import { type Pubspec, parsePubspec } from '../../formats/dart/pubspec.ts';
import { type LockedDartPackage, parsePubspecLock } from '../../formats/dart/pubspec-lock.ts';
import type { LayerContext } from '../../model/analyzer.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { LayerFile } from '../../model/file.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';
import { fetchedFolder } from './fetched.ts';

const MANIFESTS: readonly string[] = ['pubspec.yaml', 'pubspec.yml'];

/** Reads what projects of Dart ask for: lockfiles, manifests, and what Dart resolved for them. */
export const dartAsked = packageFiles({
  name: 'dart-asked',
  version: 1,
  exact: ['package_config.json', 'package_graph.json', 'pubspec.lock', ...MANIFESTS],
  asked: true,
  where: ({ name, path }) =>
    (!name.startsWith('package_') || path.includes('.dart_tool/')) &&
    // What a package published of its own files is of its developers.
    fetchedFolder(path) === undefined,
  maximum: (name) => (MANIFESTS.includes(name) ? MAX_MANIFEST : MAX_LOCKFILE),
  read: (text, file, layer) => recordsOf(text, file, layer).map((record) => ({ type: 'pub', ...record })),
});

type DartRecord = Omit<PackageRecord, 'type'>;

function recordsOf(text: string, file: LayerFile, layer: LayerContext): readonly DartRecord[] {
  switch (file.header.name) {
    case 'package_config.json':
      return parsePackageConfig(text).map(resolved);
    case 'package_graph.json':
      return parsePackageGraph(text).map(resolved);
    case 'pubspec.lock': {
      const { packages, unreadable } = parsePubspecLock(text);
      tellLeftOut(layer, file, unreadable, 'packages have no version');
      return packages.map(locked);
    }
    default:
      return declared(parsePubspec(text));
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

function locked({ name, version, development, sha256 }: LockedDartPackage): DartRecord {
  return {
    name,
    version,
    evidence: 'lockfile',
    ...(development && { groups: ['dev'] }),
    ...(sha256 !== undefined && { hashes: { sha256 } }),
  };
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
