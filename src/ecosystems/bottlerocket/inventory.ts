import { parseBottlerocketInventory } from '../../formats/bottlerocket-inventory.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageDatabaseFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../../packages/directories-of.ts';
import { linkedFiles } from '../../packages/linked-files.ts';
import { toPackageRecord } from '../../packages/rpm/records.ts';

const FILE = 'usr/share/bottlerocket/application-inventory.json';

/** Where it stands on the root volume of a machine, and as the system itself sees it. */
const paths = [
  FILE,
  `x86_64-bottlerocket-linux-gnu/sys-root/${FILE}`,
  `aarch64-bottlerocket-linux-gnu/sys-root/${FILE}`,
] as const;

const wanted: ReadonlySet<string> = new Set(paths);

/** Reads which packages a Bottlerocket was made of: it has no database of rpm, since that stands in `var/lib`. */
export const bottlerocketInventory: Analyzer<PackageDatabaseFact> = {
  name: 'bottlerocket-inventory',
  version: 1,

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && file.path.endsWith('inventory.json') && wanted.has(file.path)
      ? Appetite.Body
      : Appetite.None;
  },

  within: directoriesOf(paths),

  open(layer: LayerContext): LayerReader<PackageDatabaseFact> {
    const databases = new Map<string, PackageDatabaseFact>();
    return {
      read({ path, content, truncated }) {
        const { packages, problems } = parseBottlerocketInventory(content, truncated);
        for (const message of problems) layer.problem({ code: 'file.format', message, path });
        if (packages.length === 0 && problems.length === 0) {
          layer.problem({ code: 'packages.none', message: 'the inventory lists no package', path });
        }
        const records = packages.map(
          ({ publisher, ...pkg }): PackageRecord => ({
            ...toPackageRecord(pkg),
            ...(publisher !== undefined && { vendor: publisher }),
          }),
        );
        databases.set(path, { kind: 'package-database', slot: 'rpm', path, packages: records });
      },
      close: () => [...databases.values()],
    };
  },

  missing: (view) => linkedFiles(view, paths),
};
