import { type ApkRecord, parseApkInstalled } from '../../formats/apk-installed.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { OwnershipFact, PackageDatabaseFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../directories-of.ts';
import { linkedFiles } from '../linked-files.ts';
import { tellable } from '../tellable.ts';

/** The second is where apk keeps its database on systems whose `/lib` is part of `/usr`. */
const databases = ['lib/apk/db/installed', 'usr/lib/apk/db/installed'];

type InstalledFact = PackageDatabaseFact | OwnershipFact;

/** Reads which packages apk installed, and which files they own: one database tells both. */
export const apkInstalled: Analyzer<InstalledFact> = {
  name: 'apk-installed',
  version: 1,

  wants(file: FileHeader): Appetite {
    if (file.name !== 'installed' || file.type !== 'file') return Appetite.None;
    return databases.includes(file.path) ? Appetite.Body : Appetite.None;
  },

  within: directoriesOf(databases),

  open(layer: LayerContext): LayerReader<InstalledFact> {
    const records = new Map<string, readonly ApkRecord[]>();
    return {
      read(file) {
        const parsed = parseApkInstalled(file.content, file.truncated);
        for (const message of parsed.problems) layer.problem({ code: 'file.format', message, path: file.path });
        records.set(file.path, parsed.records);
      },

      close(): InstalledFact[] {
        const facts: InstalledFact[] = [];
        for (const [path, packages] of records) {
          facts.push({ kind: 'package-database', slot: 'apk', path, packages: packages.map(toPackageRecord) });
          for (const { name, files } of packages) {
            if (files !== '') facts.push({ kind: 'ownership', path, owner: name, type: 'apk', files });
          }
        }
        return facts;
      },
    };
  },

  missing: (view) => linkedFiles(view, databases),
};

function toPackageRecord({ name, version, arch, licence, origin, maintainer }: ApkRecord): PackageRecord {
  return tellable({
    type: 'apk',
    name,
    version,
    ...(arch !== undefined && { arch }),
    // Packages of one origin are built together and share its version.
    ...(origin !== undefined && { source: { name: origin, version } }),
    ...(licence !== undefined && { licences: [licence] }),
    ...(maintainer !== undefined && { maintainer }),
  });
}
