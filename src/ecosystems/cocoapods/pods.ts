import { type Pods, parsePodfileLock } from '../../formats/cocoapods/podfile-lock.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Other programs call files so, too. */
const MANIFEST = 'Pods/Manifest.lock';

/** Reads which pods CocoaPods has installed for a project. */
export const podsInstalled: Analyzer<PackageFact> = {
  name: 'cocoapods-installed',
  version: 1,
  names: { exact: ['Manifest.lock'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'Manifest.lock' || !file.path.endsWith(MANIFEST)) return Appetite.None;
    const start = file.path.length - MANIFEST.length;
    return start === 0 || file.path[start - 1] === '/' ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  open: (layer) => reader(layer, {}),
};

/** Reads which pods a project asks for. */
export const podfileLock: Analyzer<PackageFact> = {
  name: 'cocoapods-lock',
  version: 1,
  names: { exact: ['Podfile.lock'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'Podfile.lock') return Appetite.None;
    // What a pod published of its own lockfile is of its developers.
    return file.path.startsWith('Pods/') || file.path.includes('/Pods/')
      ? Appetite.None
      : textAppetite(file, MAX_LOCKFILE);
  },

  open: (layer) => reader(layer, { evidence: 'lockfile' }),
};

function reader(layer: LayerContext, evidence: Pick<PackageRecord, 'evidence'>): LayerReader<PackageFact> {
  const packages = new PackageFacts(layer);
  return {
    read(file) {
      packages.begin(file);
      const found: Pods | undefined = readTextFile(layer, file, MAX_LOCKFILE, parsePodfileLock);
      if (found === undefined) return;
      for (const { name, version, requires } of found.pods) {
        const needs = requires.length > 0 && { requires };
        packages.add(file.path, { type: 'cocoapods', name, version, ...evidence, ...needs });
      }
      if (found.unreadable > 0) {
        const message = `${found.unreadable} of its pods have no name or no version and were left out`;
        layer.problem({ code: 'file.format', message, path: file.path });
      }
    },
    close: () => packages.close(),
  };
}
