import type { PackageRecord } from '../model/fact.ts';
import type { Changes, InstalledRecord, RenewedRecord } from './installed-record.ts';

/** What a package costs, in steps as `Pauses` counts them. */
export const PACKAGE_STEPS = 10;

/** Where and when versions were found. */
export type Place = Pick<InstalledRecord, 'layer' | 'path' | 'location'>;

/** What became of the versions of a package. */
interface Replaced {
  readonly installed: readonly InstalledRecord[];
  readonly gone: readonly InstalledRecord[];
  readonly renewed: readonly RenewedRecord[];
}

/**
 * Versions of one package in one place before and after a layer: one each, as a rule, but kernels and their like are
 * installed side by side, and a lockfile names a package in several versions, or twice in one. A version that stays is
 * the same; of the others each new one takes the place of an old one.
 */
export function replaceVersions(
  before: readonly InstalledRecord[],
  records: readonly PackageRecord[],
  place: Place,
  change: Changes,
): Replaced {
  const { layer } = place;
  // Most packages are there once, and a replay of large databases would make little but the maps below.
  if (before.length <= 1 && records.length === 1) return replaceOne(before[0], records[0]!, place, change);
  const old = Map.groupBy(before, ({ record }) => record.version);
  const stays = records.map(({ version }) => old.get(version)?.shift());
  const rest = [...old.values()].flat();
  let next = 0;
  const renewed: RenewedRecord[] = [];
  const installed = records.map((record, i): InstalledRecord => {
    const same = stays[i];
    const replaced = same === undefined ? rest[next++] : undefined;
    if (replaced !== undefined) change.changed.push({ before: replaced.record, after: record });
    else if (same === undefined) change.added.push(record);
    const introduced = (same ?? replaced)?.introduced ?? layer;
    const after = { ...place, record, layer: same?.layer ?? layer, introduced };
    if (replaced !== undefined) renewed.push({ before: replaced, after });
    return after;
  });
  const gone = rest.slice(next);
  for (const { record } of gone) change.removed.push(record);
  return { installed, gone, renewed };
}

function replaceOne(
  before: InstalledRecord | undefined,
  record: PackageRecord,
  { layer, path, location }: Place,
  change: Changes,
): Replaced {
  const isSame = before?.record.version === record.version;
  const after: InstalledRecord = {
    record,
    layer: isSame ? before.layer : layer,
    introduced: before?.introduced ?? layer,
    path,
    ...(location !== undefined && { location }),
  };
  if (before === undefined) change.added.push(record);
  else if (!isSame) {
    change.changed.push({ before: before.record, after: record });
    return { installed: [after], gone: none, renewed: [{ before, after }] };
  }
  return { installed: [after], gone: none, renewed: none };
}

const none: readonly never[] = [];

/** Packages of one name can be installed for several architectures at once, and be asked for besides. */
export function identity({ type, name, arch, evidence }: PackageRecord): string {
  return `${type}\0${name}\0${arch ?? ''}\0${evidence ?? ''}`;
}
