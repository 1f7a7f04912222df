import { expect, it } from 'vitest';
import { ndbDatabase, rpmHeader } from '../../../test/support/rpm.ts';
import { MemorySource } from '../../formats/byte-source.ts';
import { readRpmdb } from '../../formats/rpmdb/rpmdb.ts';
import { FileBudget, FileOwners } from './owned-files.ts';

const folder = `/${'x'.repeat(2000)}/`;
const database = ndbDatabase([
  // A short name in a long directory makes a long path.
  rpmHeader({ name: 'huge', version: '1', files: Array.from({ length: 100 }, (_, i) => ({ path: `${folder}${i}` })) }),
  rpmHeader({ name: 'late', version: '1', files: [{ path: '/late' }] }),
]);

it.each([
  ['characters', new FileBudget(1000, 50_000), 24],
  ['files', new FileBudget(30, 1_000_000), 0],
  ['nothing', new FileBudget(), 100],
])('keeps paths within a budget: %s', (_, budget, kept) => {
  const owners = new FileOwners(budget);
  for (const pkg of readRpmdb(new MemorySource(database), { report: (message) => expect(message).toBe('') })) {
    owners.add(pkg);
  }
  const [huge, late] = owners.facts('var/lib/rpm/Packages.db');

  expect(huge?.files.split('\n').filter(Boolean)).toHaveLength(kept);
  expect(late?.files).toBe(kept === 100 ? 'late' : '');
  expect(budget.isExceeded).toBe(kept < 100);
});
