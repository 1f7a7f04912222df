import { type PacmanRecord, pacmanFiles, parsePacmanDesc } from '../../formats/pacman-local.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { OwnershipFact, PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { linkedFiles } from '../linked-files.ts';
import { tellable } from '../tellable.ts';

/** pacman keeps a directory for each package here: `bash-5.2.037-1/desc`, `.../files`. */
const FOLDER = 'var/lib/pacman/local';
/** Packages of one layer; all repositories of Arch Linux have fewer. */
const MAX_PACKAGES = 30_000;
/** Bytes of lists of files that are held of one layer. */
const MAX_BYTES = 48 * 1024 * 1024;

type LocalFact = PackageFact | OwnershipFact;

/**
 * Reads which packages pacman installed, and which files they own. An upgrade removes the directory of the old version
 * and makes another: a package is there as long as its directory is.
 */
export const pacmanLocal: Analyzer<LocalFact> = {
  name: 'pacman-local',
  version: 1,

  wants(file: FileHeader): Appetite {
    if ((file.name !== 'desc' && file.name !== 'files') || file.type !== 'file') return Appetite.None;
    return folderOf(file.path) === undefined ? Appetite.None : Appetite.Body;
  },

  within: (directory) => directory.startsWith(`${FOLDER}/`),

  open(layer: LayerContext): LayerReader<LocalFact> {
    const records = new Map<string, PacmanRecord>();
    const lists = new Map<string, string>();
    let bytes = 0;
    return {
      read(file) {
        const folder = folderOf(file.path) ?? '';
        if (file.path.endsWith('/desc')) {
          const record = file.truncated ? undefined : parsePacmanDesc(file.content);
          if (record === undefined) {
            const message = 'it names no package and version; the package was left out';
            layer.problem({ code: 'file.format', message, path: file.path });
          } else if (records.size >= MAX_PACKAGES) {
            layer.problem({ code: 'layer.limit', message: `${FOLDER} has too many packages`, path: file.path });
          } else records.set(folder, record);
          return;
        }
        bytes += file.content.length;
        if (bytes > MAX_BYTES || lists.size >= MAX_PACKAGES) {
          const message = 'file lists are so large that this one was left out: its files are taken for unowned';
          layer.problem({ code: 'layer.limit', message, path: file.path });
        } else lists.set(folder, pacmanFiles(file.content));
      },

      close() {
        const facts: LocalFact[] = [];
        for (const [folder, record] of records) {
          facts.push({ kind: 'package', path: `${FOLDER}/${folder}/desc`, package: toPackageRecord(record) });
        }
        for (const [folder, files] of lists) {
          const owner = records.get(folder)?.name ?? nameOf(folder);
          facts.push({ kind: 'ownership', path: `${FOLDER}/${folder}/files`, owner, type: 'alpm', files });
        }
        return facts;
      },
    };
  },

  missing: (view) =>
    view.list(FOLDER).flatMap(({ path }) => {
      const folder = path.slice(path.lastIndexOf('/') + 1);
      return linkedFiles(view, [`${FOLDER}/${folder}/desc`, `${FOLDER}/${folder}/files`]);
    }),
};

/** The directory of a package that a file stands in itself, else undefined. */
function folderOf(path: string): string | undefined {
  if (!path.startsWith(`${FOLDER}/`)) return undefined;
  const parts = path.slice(FOLDER.length + 1).split('/');
  return parts.length === 2 ? parts[0] : undefined;
}

/** `bash` of `bash-5.2.037-1`: neither a version nor a release has a hyphen. */
function nameOf(folder: string): string {
  return folder.split('-').slice(0, -2).join('-') || folder;
}

function toPackageRecord({ name, version, base, arch, licences, packager }: PacmanRecord): PackageRecord {
  return tellable({
    type: 'alpm',
    name,
    version,
    ...(arch !== undefined && { arch }),
    ...(base !== undefined && base !== name && { source: { name: base, version } }),
    ...(licences.length > 0 && { licences }),
    ...(packager !== undefined && { maintainer: packager }),
  });
}
