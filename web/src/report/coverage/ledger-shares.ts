import type { Coverage } from '../../api/schema.ts';

type Classes = NonNullable<Coverage['ledger']>['classes'];

export type LedgerClass = keyof Classes;

/** A class of the ledger with its share of all bytes, 0 to 1, and what it means. */
export interface LedgerShare {
  readonly name: LedgerClass;
  readonly files: number;
  readonly bytes: number;
  readonly share: number;
  readonly meaning: string;
  /** Whether somebody answers for such files; `failed` ones were not even read. */
  readonly standing: 'explained' | 'open' | 'failed';
}

/** What the classes say, in the order in which a reader goes from what is known to what is not. docs/report.md has all of it. */
const classes: readonly (readonly [LedgerClass, string, LedgerShare['standing']])[] = [
  ['owned', 'a package of the distribution lists it', 'explained'],
  ['analysed', 'a package was read from it, or it came with one', 'explained'],
  ['copied', 'a copy of what an installed package brought', 'explained'],
  ['generated', 'bytecode of a source that is one of these', 'explained'],
  ['data', 'nobody owns it, and it is no executable', 'open'],
  ['modified', 'a package lists it, and a later layer has it anew', 'open'],
  ['executable', 'an executable that nobody owns', 'open'],
  ['skipped', 'not read, or not all of it, because of a limit', 'failed'],
  ['failed', 'could not be read or judged', 'failed'],
];

export function ledgerShares({ ledger }: Coverage): readonly LedgerShare[] {
  if (ledger === undefined) return [];
  const all = Object.values(ledger.classes).reduce((sum, { bytes }) => sum + bytes, 0);
  return classes.flatMap(([name, meaning, standing]) => {
    const count = ledger.classes[name];
    if (count === undefined) return [];
    return { name, ...count, share: all === 0 ? 0 : count.bytes / all, meaning, standing };
  });
}
