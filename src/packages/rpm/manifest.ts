import { parseRpmManifest } from '../../formats/rpmdb/manifest.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageDatabaseFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../directories-of.ts';
import { linkedFiles } from '../linked-files.ts';
import { isKey, toPackageRecord } from './records.ts';

const MANIFEST = 'var/lib/rpmmanifest/container-manifest-2';

/** Reads which packages are in an image that has no rpm: CBL-Mariner and Azure Linux leave a list in place of the database. */
export const rpmManifest: Analyzer<PackageDatabaseFact> = {
  name: 'rpm-manifest',
  version: 1,

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && file.path === MANIFEST ? Appetite.Body : Appetite.None;
  },

  within: directoriesOf([MANIFEST]),

  open(layer: LayerContext): LayerReader<PackageDatabaseFact> {
    let database: PackageDatabaseFact | undefined;
    return {
      read({ path, content, truncated }) {
        const { packages, problems } = parseRpmManifest(content, truncated);
        for (const message of problems) layer.problem({ code: 'file.format', message, path });
        if (packages.length === 0 && problems.length === 0) {
          layer.problem({ code: 'packages.none', message: 'the manifest of rpm packages lists none', path });
        }
        const records = packages.filter((pkg) => !isKey(pkg)).map(toPackageRecord);
        database = { kind: 'package-database', slot: 'rpm', path, packages: records };
      },
      close: () => (database === undefined ? [] : [database]),
    };
  },

  missing: (view) => linkedFiles(view, [MANIFEST]),
};
