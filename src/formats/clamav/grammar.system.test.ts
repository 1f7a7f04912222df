import { describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedAbsent } from '../../../test/support/shared.ts';
import { FormatError } from '../../errors.ts';
import { lineKind } from './line-kinds.ts';

interface Row {
  readonly extension: string;
  readonly line: string;
  readonly result: 'loaded' | 'nothing-loaded' | 'rejected';
}

/** Passwords (.pwdb) are not read. */
const rows: readonly Row[] = hasShared
  ? (JSON.parse(readShared('fixtures/clamav/grammar.json').toString()) as Row[]).filter(
      (row) => row.extension !== 'pwdb',
    )
  : [];

/** Lists are taken and add no signature. */
const lists = new Set(['ign', 'ign2']);

function outcomeOf({ extension, line }: Row): string {
  const kind = lineKind(extension);
  try {
    const outcome = kind!.read(line);
    return outcome.kind === 'inert' || lists.has(extension) ? 'nothing-loaded' : 'loaded';
  } catch (error) {
    if (error instanceof FormatError) return 'rejected';
    throw error;
  }
}

describe.skipIf(!hasShared)(`grammar of ClamAV 1.4.6, line by line (${sharedAbsent} where skipped)`, () => {
  it.each(rows)('$extension: $line is $result', (row) => {
    expect(outcomeOf(row)).toBe(row.result);
  });

  it('has a table', () => {
    expect(rows.length).toBeGreaterThan(180);
  });
});
