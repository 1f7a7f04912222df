import { describe, expect, test } from 'vitest';
import { smallReport } from '../../../test/support/small-map.ts';
import type { StoredOwner } from './history-store.ts';
import { HostOwners } from './host-owners.ts';
import type { OwnerKeeper } from './owner-keeper.ts';

const start = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const report = smallReport({ id: 'a' });

function memoryKeeper(): OwnerKeeper & { readonly rows: Map<string, StoredOwner>; writes: number } {
  const rows = new Map<string, StoredOwner>();
  return {
    ...{ rows, writes: 0 },
    owners: () => [...rows.values()],
    keep(owner) {
      this.writes++;
      rows.set(owner.host, owner);
    },
    drop: (host) => void rows.delete(host),
  };
}

function ownersAt(keeper: OwnerKeeper, now: number): HostOwners {
  const owners = new HostOwners({ host: 'own', reporter: 'this machine' });
  owners.restore(keeper, now, now);
  return owners;
}

describe('owners that are kept', () => {
  test('are those of the next life, for a day without a report that was taken', () => {
    const keeper = memoryKeeper();
    const first = ownersAt(keeper, start);
    first.admit(report, 'token:one', start);
    expect(keeper.rows.size).toBe(0);
    first.keep(report, 'token:one', start);
    const next = ownersAt(keeper, start + HOUR);
    expect(() => next.admit(report, 'token:two', start + HOUR)).toThrow('Another reporter tells of this host');
    expect(() => next.admit(report, 'token:one', start + HOUR)).not.toThrow();
    next.forget(start + 24 * HOUR);
    expect(() => next.admit(report, 'token:two', start + 24 * HOUR)).not.toThrow();
    expect(keeper.rows.size).toBe(0);
  });

  test('are written down now and then, not with each report', () => {
    const keeper = memoryKeeper();
    const owners = ownersAt(keeper, start);
    for (let second = 0; second <= 3600; second++) {
      const now = start + second * 1000;
      owners.admit(report, 'token:one', now);
      owners.keep(report, 'token:one', now);
    }
    expect(keeper.writes).toBe(7);
    expect(keeper.rows.get('a')).toEqual({ host: 'a', owner: 'token:one', told: start + HOUR });
  });

  test('of a time that is to come count as those of now', () => {
    const keeper = memoryKeeper();
    keeper.keep({ host: 'a', owner: 'token:one', told: start + 1000 * HOUR });
    const owners = ownersAt(keeper, start);
    owners.forget(start + 23 * HOUR);
    expect(() => owners.admit(report, 'token:two', start + 23 * HOUR)).toThrow();
    owners.forget(start + 24 * HOUR);
    expect(() => owners.admit(report, 'token:two', start + 24 * HOUR)).not.toThrow();
  });

  test('are so many; beyond that whoever has most loses what was told of least lately', () => {
    const keeper = memoryKeeper();
    const owners = ownersAt(keeper, start);
    const keep = (id: string, from: string, now: number): void => owners.keep(smallReport({ id }), from, now);
    for (let index = 0; index < 10; index++) keep(`quiet-${index}`, 'token:quiet', start);
    for (let index = 0; index < 6000; index++) keep(`loud-${index}`, 'token:loud', start + index);
    expect(keeper.rows.size).toBe(5000);
    expect([...keeper.rows.values()].filter(({ owner }) => owner === 'token:quiet')).toHaveLength(10);
    expect([keeper.rows.has('loud-1009'), keeper.rows.has('loud-1010')]).toEqual([false, true]);
  });

  test('are not those of the host of the service', () => {
    const keeper = memoryKeeper();
    const own = smallReport({ id: 'own' });
    const owners = ownersAt(keeper, start);
    owners.admit(own, 'this machine', start);
    owners.keep(own, 'this machine', start);
    expect(keeper.rows.size).toBe(0);
  });
});
