import type { Problem } from '../model/problem.ts';
import type { DatabaseContradiction } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import { databasePlaces } from './database-places.ts';
import type { InstalledRecord } from './installed-record.ts';
import type { Inventory } from './inventory.ts';
import { laterPackages } from './later-packages.ts';
import type { MergedFiles } from './merged-files.ts';
import { missingFiles } from './missing-files.ts';
import type { Ownership } from './ownership.ts';
import { PackageLists } from './package-lists.ts';
import { recoverDropped } from './recovered.ts';
import { unfoundedVersions } from './unfounded-versions.ts';
import { unlistedPackages } from './unlisted-packages.ts';

/** How far the package databases of an image can be trusted. */
export interface JudgedDatabases {
  /** Packages that are in the image as they were, whatever the database in sight says. */
  readonly recovered: readonly InstalledRecord[];
  readonly contradictions: readonly DatabaseContradiction[];
  readonly problems: readonly Problem[];
}

/** Contradictions of one image that are kept; honest images have none. */
const MOST = 10_000;
/** Problems of one kind that are told one by one. */
const TOLD = 20;

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
  for (const { package: name, path, layer, files: all, kept } of unlisted.slice(0, TOLD)) {
    const message = `${kept} of ${all} files of ${name} are there, and no database tells its version`;
    problems.push({ code: 'packages.unlisted', message, path, layer });
  }
  if (unlisted.length > TOLD) {
    const message = `of ${unlisted.length - TOLD} more packages the files are there, and no database tells their versions`;
    problems.push({ code: 'packages.unlisted', message });
  }
  const contradictions = [
    ...databasePlaces(files, inventory.databases),
    ...versions.contradictions.slice(0, MOST),
    ...unlisted.slice(0, MOST),
    ...missingFiles(inventory, ownership).slice(0, MOST),
  ];
  return { recovered: [...dropped, ...versions.recovered], contradictions, problems };
}
