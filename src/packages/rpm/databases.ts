import { readRpmdb } from '../../formats/rpmdb/rpmdb.ts';
import type { Analyzer, LayerContext, LayerReader, MissingFile } from '../../model/analyzer.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { OwnershipFact, PackageDatabaseFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import type { FileView, ViewFile } from '../../model/view.ts';
import { directoriesOf } from '../directories-of.ts';
import { FileBudget, FileOwners } from './owned-files.ts';
import { isKey, toPackageRecord } from './records.ts';

/** Where rpm keeps its database; the later ones on systems whose `/var` is no part of the system. */
const folders = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'];
/** Its name tells the form: SQLite, rpm's own, Berkeley DB. What decides is the content. */
const names = ['rpmdb.sqlite', 'Packages.db', 'Packages'];
const WRITE_AHEAD = '-wal';

const databases: readonly string[] = folders.flatMap((folder) => names.map((name) => `${folder}/${name}`));
const wanted: ReadonlySet<string> = new Set(databases.flatMap((path) => [path, path + WRITE_AHEAD]));

type DatabaseFact = PackageDatabaseFact | OwnershipFact;

/**
 * Reads which packages rpm installed and which files they own, from its database in any form. The write-ahead file of
 * SQLite counts as part of it: rpm may leave all that a layer installed in there.
 */
export const rpmDatabases: Analyzer<DatabaseFact> = {
  name: 'rpm-databases',
  version: 1,

  wants(file: FileHeader): Appetite {
    const first = file.path.charCodeAt(0);
    if (first !== 0x75 && first !== 0x76) return Appetite.None; // usr, var
    return file.type === 'file' && wanted.has(file.path) ? Appetite.Random : Appetite.None;
  },

  within: directoriesOf(wanted),

  open(layer: LayerContext): LayerReader<DatabaseFact> {
    const bodies = new Map<string, ByteSource>();
    return {
      read({ path, body }) {
        if (body !== undefined) bodies.set(path, body);
        else layer.problem({ code: 'file.unreadable', message: `${path} could not be kept to be read`, path });
      },
      close() {
        const budget = new FileBudget();
        const facts = databases.flatMap((path) => {
          const body = bodies.get(path);
          return body === undefined ? [] : readDatabase(path, body, bodies.get(path + WRITE_AHEAD), layer, budget);
        });
        if (budget.isExceeded) {
          const message = 'rpm lists so many files that the owners of the last ones were left out';
          layer.problem({ code: 'layer.limit', message });
        }
        return facts;
      },
    };
  },

  missing,
};

function readDatabase(
  path: string,
  body: ByteSource,
  writeAhead: ByteSource | undefined,
  layer: LayerContext,
  budget: FileBudget,
): DatabaseFact[] {
  let isDamaged = false;
  const report = (message: string): void => {
    isDamaged = true;
    layer.problem({ code: 'file.format', message, path });
  };
  const packages = new Map<string, PackageRecord>();
  const owners = new FileOwners(budget);
  for (const pkg of readRpmdb(body, { report, ...(writeAhead !== undefined && { writeAhead }) })) {
    if (isKey(pkg)) continue;
    const record = toPackageRecord(pkg);
    packages.set(`${record.name}\0${record.arch ?? ''}\0${record.version}`, record);
    owners.add(pkg);
  }
  if (packages.size === 0 && !isDamaged) {
    layer.problem({ code: 'packages.none', message: 'the rpm database lists no package', path });
  }
  return [{ kind: 'package-database', slot: 'rpm', path, packages: [...packages.values()] }, ...owners.facts(path)];
}

/**
 * Databases that no layer holds under a well-known path, or whose write-ahead file the merged view takes from elsewhere
 * than their layer. Both parts are then shown to one reader.
 */
function missing(view: FileView): readonly MissingFile[] {
  const files: MissingFile[] = [];
  const shown = new Set<string>();
  for (const path of databases) {
    const database = fileAt(view, path);
    // Two names of one file are one database.
    if (database === undefined || shown.has(database.path)) continue;
    shown.add(database.path);
    const { layer, header } = database;
    // SQLite looks for the file beside the one that a link leads to.
    const writeAhead = fileAt(view, database.path + WRITE_AHEAD);
    const wasRead = databases.includes(header.path);
    const isTogether =
      writeAhead === undefined ||
      writeAhead.header.size === 0 ||
      (writeAhead.layer === layer && writeAhead.header.path === header.path + WRITE_AHEAD);
    if (wasRead && isTogether) continue;
    const as = wasRead ? header.path : path;
    files.push({ layer, header, as, together: as });
    if (writeAhead !== undefined) {
      files.push({ layer: writeAhead.layer, header: writeAhead.header, as: as + WRITE_AHEAD, together: as });
    }
  }
  return files;
}

function fileAt(view: FileView, path: string): ViewFile | undefined {
  const resolution = view.resolve(path);
  return resolution.found && resolution.file.header.type === 'file' ? resolution.file : undefined;
}
