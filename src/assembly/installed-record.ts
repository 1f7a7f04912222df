import type { PackageRecord } from '../model/fact.ts';

/** A package with the layers that shaped it. */
export interface InstalledRecord {
  readonly record: PackageRecord;
  /** The layer that brought this version. */
  readonly layer: number;
  /** The layer that first brought the package. */
  readonly introduced: number;
  /** The database, or the file that stands for the package. */
  readonly path: string;
  /** Where in that file, if it is an archive. */
  readonly location?: string;
}

/** A package that an upper layer's database no longer lists. */
export interface DroppedRecord extends InstalledRecord {
  /** The layer whose database came without it. */
  readonly droppedBy: number;
}

/** A package of which a layer's database names another version. */
export interface RenewedRecord {
  readonly before: InstalledRecord;
  readonly after: InstalledRecord;
}

/** What a layer did, while it is being found out. */
export interface Changes {
  readonly added: PackageRecord[];
  readonly changed: { readonly before: PackageRecord; readonly after: PackageRecord }[];
  readonly removed: PackageRecord[];
}
