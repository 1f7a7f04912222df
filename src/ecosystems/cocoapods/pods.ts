import { type Pods, parsePodfileLock } from '../../formats/cocoapods/podfile-lock.ts';
import type { LayerContext } from '../../model/analyzer.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { LayerFile } from '../../model/file.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

/** Other programs call files so, too. */
const MANIFEST = 'Pods/Manifest.lock';

/** Reads which pods CocoaPods has installed for a project. */
export const podsInstalled = packageFiles({
  name: 'cocoapods-installed',
  version: 1,
  exact: ['Manifest.lock'],
  where: ({ path }) => path === MANIFEST || path.endsWith(`/${MANIFEST}`),
  maximum: MAX_LOCKFILE,
  read: (text, file, layer) => recordsOf(parsePodfileLock(text), {}, file, layer),
});

/** Reads which pods a project asks for. */
export const podfileLock = packageFiles({
  name: 'cocoapods-lock',
  version: 1,
  exact: ['Podfile.lock'],
  asked: true,
  // What a pod published of its own lockfile is of its developers.
  where: ({ path }) => !path.startsWith('Pods/') && !path.includes('/Pods/'),
  maximum: MAX_LOCKFILE,
  read: (text, file, layer) => recordsOf(parsePodfileLock(text), { evidence: 'lockfile' }, file, layer),
});

function recordsOf(
  { pods, unreadable }: Pods,
  evidence: Pick<PackageRecord, 'evidence'>,
  file: LayerFile,
  layer: LayerContext,
): readonly PackageRecord[] {
  tellLeftOut(layer, file, unreadable, 'pods have no name or no version');
  return pods.map(({ name, version, requires }) => {
    return { type: 'cocoapods', name, version, ...evidence, ...(requires.length > 0 && { requires }) };
  });
}
