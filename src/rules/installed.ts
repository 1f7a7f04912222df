import path from 'node:path';
import type { RuleSet } from '../model/check.ts';
import { currentFolder, readShelf } from './rule-store.ts';
import type { SetRecord } from './set-record.ts';

/** Rules that are there, and why others are not. */
export interface InstalledRules {
  readonly ruleSets: readonly RuleSet[];
  /** Sentences without a full stop. */
  readonly problems: readonly string[];
}

/**
 * The sets in a folder, as checks take them. Reads what is known of each and no file of rules: the digests were made when
 * these came.
 * @param folder `ruleSetFolder()`
 */
export function installedRuleSets(folder: string): InstalledRules {
  const { sets, problems } = readShelf(folder);
  return { ruleSets: sets.flatMap((record) => ruleSetsOf(record, folder)), problems };
}

/** A set with files of several kinds is several to those that use it: `NAME:clamav`, `NAME:yara`. */
export function ruleSetsOf(record: SetRecord, folder: string): readonly RuleSet[] {
  const { name, licence, url, current } = record;
  const root = currentFolder(folder, record);
  return current.parts.map(({ kind, files, digest }) => ({
    name: current.parts.length === 1 ? name : `${name}:${kind}`,
    kind,
    files: files.map((file) => path.join(root, file)),
    digest,
    updatedAt: current.updatedAt,
    ...(licence !== undefined && { licence }),
    ...(url !== undefined && { url }),
  }));
}
