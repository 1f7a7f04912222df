import type { InstalledRecord } from './installed-record.ts';

/** A package in one of its places. */
export interface PlacedRecord {
  readonly one: InstalledRecord;
  readonly location: string;
  readonly purl: string;
}
