import type { PackageRecord } from '../model/fact.ts';
import type { Changes, InstalledRecord, RenewedRecord } from './installed-record.ts';

/** What a package costs, in steps as `Pauses` counts them. */
export const PACKAGE_STEPS = 10;

/** Where and when versions were found. */
export type Place = Pick<InstalledRecord, 'layer' | 'path' | 'location'>;

/**
 * Versions of one package in one place before and after a layer: one each, as a rule, but kernels and their like are
 * installed side by side, and a lockfile names a package in several versions, or twice in one. A version that stays is
 * the same; of the others each new one takes the place of an old one.
 */
export function replaceVersions(
  before: readonly InstalledRecord[],
  records: readonly PackageRecord[],
  { layer, ...place }: Place,
  change: Changes,
): {
  readonly installed: readonly InstalledRecord[];
  readonly gone: readonly InstalledRecord[];
  readonly renewed: readonly RenewedRecord[];
} {
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
    const after = { record, layer: same?.layer ?? layer, introduced, ...place };
    if (replaced !== undefined) renewed.push({ before: replaced, after });
    return after;
  });
  const gone = rest.slice(next);
  for (const { record } of gone) change.removed.push(record);
  return { installed, gone, renewed };
}

/** Packages of one name can be installed for several architectures at once, and be asked for besides. */
export function identity({ type, name, arch, evidence }: PackageRecord): string {
  return `${type}\0${name}\0${arch ?? ''}\0${evidence ?? ''}`;
}
