import type { Problem } from '../model/problem.ts';
import type { DatabaseContradiction } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import { databasePlaces } from './database-places.ts';
import type { DroppedRecord, InstalledRecord } from './installed-record.ts';
import type { Inventory } from './inventory.ts';
import { laterPackages } from './later-packages.ts';
import type { MergedFiles } from './merged-files.ts';
import { missingFiles } from './missing-files.ts';
import type { Ownership } from './ownership.ts';
import { PackageLists } from './package-lists.ts';
import { recoverDropped } from './recovered.ts';
import { unfoundedVersions } from './unfounded-versions.ts';
import { type UnlistedPackage, unlistedPackages } from './unlisted-packages.ts';

/** How far the package databases of an image can be trusted. */
export interface JudgedDatabases {
  /** Packages that are in the image as they were, whatever the database in sight says. */
  readonly recovered: readonly InstalledRecord[];
  /** Those of them that the database in sight does not list in any version: their files are still theirs. */
  readonly dropped: readonly DroppedRecord[];
  readonly contradictions: readonly DatabaseContradiction[];
  readonly problems: readonly Problem[];
}

/** Contradictions of one image that are kept; honest images have none. */
const MOST = 10_000;
/** Packages up to which each has a problem of its own, and that are named where there are more. */
const TOLD = 5;
const NAMED = 10;

/** Compares the package databases with the files of the image: where they differ, the files are right. */
export async function judgeDatabases(
  files: MergedFiles,
  inventory: Inventory,
  ownership: Ownership,
  pauses: Pauses,
): Promise<JudgedDatabases> {
  const lists = new PackageLists(files);
  const dropped = await recoverDropped(files, inventory, ownership, lists, pauses);
  const versions = await unfoundedVersions(files, inventory, lists, pauses);
  const unlisted = await unlistedPackages(files, inventory, ownership, lists, pauses);
  const problems: Problem[] = [...(await laterPackages(files, inventory.databases, pauses))];
  problems.push(...replacedProblems(inventory, dropped));
  problems.push(...unlistedProblems(unlisted));
  const contradictions = [
    ...databasePlaces(files, inventory.databases),
    ...versions.contradictions.slice(0, MOST),
    ...unlisted.slice(0, MOST),
    ...missingFiles(inventory, ownership).slice(0, MOST),
  ];
  return { recovered: [...dropped, ...versions.recovered], dropped, contradictions, problems };
}

/** Packages that a layer must have dropped of a database, at least half of it, for the database to count as replaced. */
const REPLACED = 10;

/** Databases in the place of which a layer put one that lists hardly any of their packages. */
function replacedProblems(
  { installed, databases }: Pick<Inventory, 'installed' | 'databases'>,
  dropped: readonly DroppedRecord[],
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { path, slot, removedBy } of databases) {
    if (removedBy !== undefined) continue;
    const listed = installed.filter((one) => one.path === path).length;
    const lost = dropped.filter((one) => one.path === path);
    for (const [layer, { length }] of Map.groupBy(lost, ({ droppedBy }) => droppedBy)) {
      if (length < REPLACED || length < listed) continue;
      const message = `layer ${layer} replaced the ${slot} database by one that lists ${listed} packages; ${length} of the layers below were recovered`;
      problems.push({ code: 'packages.database-removed', message, layer, path });
    }
  }
  return problems;
}

function unlistedProblems(unlisted: readonly UnlistedPackage[]): readonly Problem[] {
  if (unlisted.length <= TOLD) {
    return unlisted.map(({ package: name, path, layer, files, kept }) => {
      const message = `${kept} of ${files} files of ${name} are there, and no database tells its version`;
      return { code: 'packages.unlisted', message, path, layer };
    });
  }
  const names = unlisted.map((one) => one.package).sort();
  const named = `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', …' : ''}`;
  const message = `the files of ${names.length} packages are there, and no database tells their versions: ${named}`;
  return [{ code: 'packages.unlisted', message }];
}
