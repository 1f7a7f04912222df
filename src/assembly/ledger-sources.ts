import type { Problem } from '../model/problem.ts';
import type { Pauses } from '../pauses.ts';
import type { FileOwners } from './file-owners.ts';
import type { Inventory } from './inventory.ts';
import type { Programs } from './programs.ts';

/** What the ledger is made of besides the files. */
export interface LedgerSources {
  readonly owners: FileOwners;
  readonly inventory: Pick<Inventory, 'installed'>;
  readonly programs: Programs;
  /** Those of reading: they tell which files were not read. */
  readonly problems: readonly Problem[];
  readonly pauses: Pauses;
}
