import { dpkgText, md5sumPaths } from '../../formats/dpkg-info.ts';
import { type DpkgRecord, type DpkgStatus, parseDpkgStatus } from '../../formats/dpkg-status.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { OwnershipFact, PackageDatabaseFact, PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { directoriesOf } from '../directories-of.ts';
import { linkedFiles, linkedFilesBelow } from '../linked-files.ts';
import { tellable } from '../tellable.ts';

const DATABASE = 'var/lib/dpkg/status';
/** Images without dpkg (distroless) keep the paragraph of each package in a file of its own. */
const FOLDER = 'var/lib/dpkg/status.d';
const MD5SUMS = '.md5sums';
/** Files of the folder that are read in one layer; an honest image has a few hundred. */
const MAX_FILES = 20_000;
/** Packages of all files of the folder. */
const MAX_PACKAGES = 100_000;

type StatusFact = PackageDatabaseFact | PackageFact | OwnershipFact;

/**
 * Reads which packages dpkg installed: `var/lib/dpkg/status`, the whole database, and `var/lib/dpkg/status.d/*`, one
 * package a file. There, `NAME.md5sums` tells which files the package of `NAME` owns.
 */
export const dpkgStatus: Analyzer<StatusFact> = {
  name: 'dpkg-status',
  version: 2,

  wants(file: FileHeader): Appetite {
    if (!file.path.startsWith(DATABASE) || file.type !== 'file') return Appetite.None;
    return file.path === DATABASE || nameInFolder(file.path) !== undefined ? Appetite.Body : Appetite.None;
  },

  within: directoriesOf([DATABASE, `${FOLDER}/*`]),

  open(layer: LayerContext): LayerReader<StatusFact> {
    let database: PackageDatabaseFact | undefined;
    const paragraphs = new Map<string, readonly DpkgRecord[]>();
    const md5sums = new Map<string, string>();
    let packages = 0;

    function parse(file: LayerFile): DpkgStatus {
      const status = parseDpkgStatus(file.content, file.truncated);
      for (const message of status.problems) layer.problem({ code: 'file.format', message, path: file.path });
      return status;
    }

    return {
      read(file) {
        const name = nameInFolder(file.path);
        if (name === undefined) {
          const { records, conffiles } = parse(file);
          database = {
            kind: 'package-database',
            slot: 'dpkg',
            path: file.path,
            packages: records.map(toPackageRecord),
            ...(conffiles.length > 0 && { settings: conffiles.join('\n') }),
          };
        } else if (paragraphs.size + md5sums.size >= MAX_FILES || packages >= MAX_PACKAGES) {
          layer.problem({ code: 'layer.limit', message: `${FOLDER} has too many files`, path: file.path });
        } else if (name.endsWith(MD5SUMS)) md5sums.set(name.slice(0, -MD5SUMS.length), dpkgText(file.content));
        else {
          const { records } = parse(file);
          packages += records.length;
          paragraphs.set(name, records);
        }
      },

      close() {
        const facts: StatusFact[] = database === undefined ? [] : [database];
        for (const [name, records] of paragraphs) {
          for (const record of records) {
            facts.push({ kind: 'package', path: `${FOLDER}/${name}`, package: toPackageRecord(record) });
          }
        }
        for (const [name, md5] of md5sums) {
          // Files are named after packages, but not always by their full name.
          const owner = paragraphs.get(name)?.[0]?.name ?? name;
          const path = `${FOLDER}/${name}${MD5SUMS}`;
          facts.push({ kind: 'ownership', path, owner, type: 'deb', files: md5sumPaths(md5), md5 });
        }
        return facts;
      },
    };
  },

  missing: (view) => [...linkedFiles(view, [DATABASE]), ...linkedFilesBelow(view, FOLDER, () => true)],
};

function toPackageRecord(record: DpkgRecord): PackageDatabaseFact['packages'][number] {
  return tellable({ type: 'deb', ...record });
}

/** Name of a file that stands in the folder itself, else undefined. */
function nameInFolder(path: string): string | undefined {
  if (path.length <= FOLDER.length + 1 || !path.startsWith(`${FOLDER}/`)) return undefined;
  return path.includes('/', FOLDER.length + 1) ? undefined : path.slice(FOLDER.length + 1);
}
