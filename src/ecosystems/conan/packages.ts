import {
  type AskedConanPackage,
  type ConanReference,
  parseConanfile,
  parseConaninfo,
  parseConanLock,
  parseConanReference,
} from '../../formats/conan/conan.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const INFO = 'conaninfo.txt';
/** The cache of Conan 1: `data/NAME/VERSION/USER/CHANNEL/package/ID/`, where `_` is nobody. */
const CACHED = /(?:^|\/)([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\/package\/[^/]+\/conaninfo\.txt$/;
/** What the deployer `full_deploy` of Conan 2 copies: `full_deploy/host/NAME/VERSION/...`. */
const DEPLOYED = /(?:^|\/)full_deploy\/(?:host|build)\/([^/]+)\/([^/]+)\/(?:[^/]+\/){0,4}conaninfo\.txt$/;

function placed(path: string): ConanReference | undefined {
  const [, name, version, user, channel] = CACHED.exec(path) ?? DEPLOYED.exec(path) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return parseConanReference(`${name}/${version}${user === undefined ? '' : `@${user}/${channel}`}`);
}

/** Reads which packages of Conan stand there, by the folders that Conan made. */
export const conanPackages: Analyzer<PackageFact> = {
  name: 'conan-packages',
  version: 2,
  names: { exact: [INFO] },

  wants: (file: FileHeader): Appetite =>
    file.type === 'file' && file.name === INFO ? textAppetite(file, MAX_MANIFEST) : Appetite.None,

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const own = placed(file.path);
        const needs = readTextFile(layer, file, MAX_MANIFEST, parseConaninfo)?.packages ?? [];
        if (own !== undefined) {
          const requires = [...new Set(needs.map(({ name }) => name))].sort();
          packages.add(file.path, { ...recordOf(own), ...(requires.length > 0 && { requires }) });
        }
        // What it was built with is there, if at all, in folders of its own.
        for (const one of needs) packages.add(file.path, recordOf(one, 'lockfile'));
      },
      close: () => packages.close(),
    };
  },
};

const LOCK = 'conan.lock';

/** Reads which packages of Conan projects ask for. */
export const conanFiles = packageFiles({
  name: 'conan-files',
  version: 2,
  exact: [LOCK, 'conanfile.txt'],
  asked: true,
  maximum: (name) => (name === LOCK ? MAX_LOCKFILE : MAX_MANIFEST),
  read(text, file, layer) {
    const isLock = file.header.name === LOCK;
    const { packages, unreadable } = isLock ? parseConanLock(text) : parseConanfile(text);
    tellLeftOut(layer, file, unreadable);
    return packages.map((one) => recordOf(one, isLock ? 'lockfile' : 'manifest'));
  },
});

function recordOf(
  { name, version, user, channel, group, application }: AskedConanPackage,
  evidence?: Exclude<PackageRecord['evidence'], undefined>,
): PackageRecord {
  const qualifiers = { ...(user !== undefined && { user }), ...(channel !== undefined && { channel }) };
  return {
    type: 'conan',
    name,
    version,
    ...(Object.keys(qualifiers).length > 0 && { qualifiers }),
    ...(evidence !== undefined && { evidence }),
    ...(group !== undefined && { groups: [group] }),
    ...(application === true && { application }),
  };
}
