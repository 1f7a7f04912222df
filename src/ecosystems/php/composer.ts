import { type ComposerPackages, parseComposerInstalled, parseComposerLock } from '../../formats/php/composer.ts';
import type { LayerContext } from '../../model/analyzer.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { LayerFile } from '../../model/file.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

/** Composer keeps it in the folder of this name in its folder of packages, which a project may name as it likes. */
const INSTALLED = 'composer/installed.json';
/** What a package published of its own lockfile is of its developers, and describes nothing of the image. */
const INSTALLED_PACKAGE = /(?:^|\/)vendor\/[^/]+\/[^/]+\//;

/** Reads which packages Composer has installed. */
export const composerInstalled = packageFiles({
  name: 'composer-installed',
  version: 1,
  exact: ['installed.json'],
  where: ({ path }) => path === INSTALLED || path.endsWith(`/${INSTALLED}`),
  maximum: MAX_LOCKFILE,
  read: (text, file, layer) => recordsOf(parseComposerInstalled(text), {}, file, layer),
});

/** Reads which packages lockfiles of Composer name. */
export const composerLock = packageFiles({
  name: 'composer-lock',
  version: 1,
  exact: ['composer.lock'],
  asked: true,
  where: ({ path }) => !INSTALLED_PACKAGE.test(path),
  maximum: MAX_LOCKFILE,
  read: (text, file, layer) => recordsOf(parseComposerLock(text), { evidence: 'lockfile' }, file, layer),
});

function recordsOf(
  { packages, unreadable }: ComposerPackages,
  evidence: Pick<PackageRecord, 'evidence'>,
  file: LayerFile,
  layer: LayerContext,
): readonly PackageRecord[] {
  tellLeftOut(layer, file, unreadable);
  return packages.map(({ name, version, licences, requires, development, sha1 }) => ({
    type: 'composer',
    name,
    version,
    ...evidence,
    ...(development && { groups: ['dev'] }),
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
    ...(sha1 !== undefined && { hashes: { sha1 } }),
  }));
}
