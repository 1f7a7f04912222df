import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PackageRecord } from '../model/fact.ts';
import { DatabaseReplay } from './database-replay.ts';
import type { Changes, DroppedRecord, InstalledRecord, RenewedRecord } from './installed-record.ts';
import { identity, replaceVersions } from './versions-replay.ts';

const path = 'var/lib/dpkg/status';

/** The same by its definition: a new map for every state, and nothing shared. */
function plainly(states: readonly (readonly PackageRecord[])[], changes: readonly Changes[]): unknown {
  let current = new Map<string, readonly InstalledRecord[]>();
  const dropped = new Map<string, readonly DroppedRecord[]>();
  const renewed = new Map<string, readonly RenewedRecord[]>();
  for (const [layer, packages] of states.entries()) {
    const next = new Map<string, readonly InstalledRecord[]>();
    for (const [key, records] of Map.groupBy(packages, identity)) {
      const replaced = replaceVersions(current.get(key) ?? [], records, { layer, path }, changes[layer]!);
      next.set(key, replaced.installed);
      if (replaced.renewed.length > 0) renewed.set(key, replaced.renewed);
      dropped.set(
        key,
        replaced.gone.map((one) => ({ ...one, droppedBy: layer })),
      );
    }
    for (const [key, records] of current) {
      if (next.has(key)) continue;
      for (const { record } of records) changes[layer]!.removed.push(record);
      renewed.delete(key);
      dropped.set(
        key,
        records.map((one) => ({ ...one, droppedBy: layer })),
      );
    }
    current = next;
  }
  return {
    installed: [...current.values()].flat(),
    renewed: [...current.keys()].flatMap((key) => renewed.get(key) ?? []),
    dropped: sorted([...dropped.values()].flat()),
  };
}

function sorted(dropped: readonly DroppedRecord[]): readonly DroppedRecord[] {
  const keyOf = ({ droppedBy, record }: DroppedRecord): string => `${droppedBy} ${identity(record)} ${record.version}`;
  return [...dropped].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const record: fc.Arbitrary<PackageRecord> = fc.record({
  type: fc.constant('deb'),
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  version: fc.constantFrom('1', '2', '3'),
});
// One version of a name, as a rule; several, and the same twice, too.
const state = fc.oneof(
  fc.uniqueArray(record, { selector: ({ name }) => name, maxLength: 4 }),
  fc.array(record, { maxLength: 8 }),
);

it('the replay of a database is what its states say one after another', () => {
  fc.assert(
    fc.property(fc.array(state, { maxLength: 6 }), (states) => {
      const of = (): Changes[] => states.map(() => ({ added: [], changed: [], removed: [] }));
      const [changes, expectedChanges] = [of(), of()];

      const replay = new DatabaseReplay();
      for (const [layer, packages] of states.entries()) {
        replay.add(layer, { kind: 'package-database', slot: 'dpkg', path, packages }, changes[layer]!);
      }

      const expected = plainly(states, expectedChanges);
      expect({
        installed: replay.installed(),
        renewed: replay.renewed(),
        dropped: sorted(replay.dropped()),
      }).toEqual(expected);
      expect(changes).toEqual(expectedChanges);
    }),
    { numRuns: 500 },
  );
});
