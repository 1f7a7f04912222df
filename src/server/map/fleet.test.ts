import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { simulatedHost } from '../../../test/support/simulated-host.ts';
import { smallReport } from '../../../test/support/small-map.ts';
import type { HostReport } from '../../model/topology.ts';
import { FADE } from '../../model/topology.ts';
import { Fleet } from './fleet.ts';
import { mostBytes } from './report-limits.ts';

const start = Date.UTC(2026, 0, 1);

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('what is told of hosts', () => {
  test.each([1, 2, 3, 4, 5])('is the last full report and what changed since, whatever got lost (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const simulated = simulatedHost({ seed, containers: 12, changing: 0.1, start });
    const fleet = new Fleet();
    let now = start;
    let isWhole = false;
    for (let look = 0; look < 120; look++) {
      now += 1000;
      const report = JSON.parse(JSON.stringify(simulated.next())) as HostReport;
      if (random.below(5) === 0) {
        isWhole = false;
        continue;
      }
      const code = codeOf(() => fleet.takeUnknown(report, 'a', now));
      if (report.full) isWhole = true;
      expect(code).toBe(isWhole ? 'taken' : 'map.gap');
      if (!isWhole) {
        simulated.restart();
        continue;
      }
      const state = fleet.hosts.get(simulated.host.id)!;
      const there = [...state.containers.values()].filter(({ gone }) => gone === undefined).map(({ facts }) => facts);
      const calls = [...state.connections.values()].filter(({ gone }) => gone === undefined).map(({ facts }) => facts);
      expect(sorted(there)).toEqual(sorted(simulated.look().containers));
      expect(sorted(calls)).toEqual(sorted(simulated.look().connections));
    }
  });

  test('fades when it is gone, and is forgotten', () => {
    const fleet = new Fleet();
    const full = smallReport({
      id: 'a',
      containers: [{ name: 'x' }, { name: 'y' }],
      calls: [{ from: 'x', to: 'y', port: 1 }],
    });
    fleet.take(full, 'a', start);
    const [container] = full.changed.containers;
    const none = { containers: [], processes: [], connections: [], listeners: [] };
    fleet.take(
      { ...full, full: false, sequence: 1, changed: none, gone: { ...none, containers: [container!.id] } },
      'a',
      start + 1000,
    );
    const { containers } = fleet.hosts.get('a')!;
    expect(containers.get(container!.id)?.gone).toBe(start + 1000);
    fleet.forget(start + 1000 + FADE - 1);
    expect(containers.has(container!.id)).toBe(true);
    fleet.forget(start + 1000 + FADE);
    expect([...containers.keys()]).toEqual([full.changed.containers[1]!.id]);
  });
});

describe('a reporter', () => {
  test('cannot tell of the host of another, while that one is known', () => {
    const fleet = new Fleet();
    fleet.take(smallReport({ id: 'a' }), 'token:a', start);
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { session: 'liar' }), 'token:b', start + 1000))).toBe(
      'map.foreign-host',
    );
    // Not even when its host is silent.
    fleet.forget(start + 3_600_000);
    expect(fleet.hosts.size).toBe(0);
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { session: 'liar' }), 'token:b', start + 3_600_000))).toBe(
      'map.foreign-host',
    );
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { session: 'next' }), 'token:a', start + 3_600_000))).toBe(
      'taken',
    );
  });

  test('has no host by reports that were not taken', () => {
    const fleet = new Fleet();
    const change = smallReport({ id: 'a' }, { session: 'liar', sequence: 1, full: false });
    for (let second = 0; second < 5; second++)
      expect(codeOf(() => fleet.take(change, 'token:liar', start + second * 1000))).toBe('map.gap');
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }), 'token:real', start + 5000))).toBe('taken');
    expect(codeOf(() => fleet.take(change, 'token:liar', start + 6000))).toBe('map.foreign-host');
    expect(fleet.reporters(start + 6000)[0]!.blindSpots).toEqual([expect.stringContaining('another reporter')]);
  });

  test('keeps no host by reports that are not taken any more', () => {
    const fleet = new Fleet();
    fleet.take(smallReport({ id: 'a' }), 'token:one', start);
    const day = 24 * 3_600_000;
    for (let hour = 1; hour <= 24; hour++) {
      const now = start + hour * 3_600_000;
      fleet.forget(now - 1);
      expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { full: false, sequence: 9 }), 'token:one', now))).toBe(
        'map.gap',
      );
    }
    fleet.forget(start + day);
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }), 'token:two', start + day))).toBe('taken');
  });

  test('cannot tell of the host of the service, not even first', () => {
    const fleet = new Fleet({ host: 'a', reporter: 'this machine' });
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }), 'token:liar', start))).toBe('map.foreign-host');
    expect(fleet.hosts.size).toBe(0);
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }), 'this machine', start))).toBe('taken');
    expect(codeOf(() => fleet.take(smallReport({ id: 'b' }), 'token:liar', start))).toBe('taken');
  });

  test('has nothing of the processes of another host', () => {
    const fleet = new Fleet();
    const report = smallReport({ id: 'a', containers: [{ name: 'x' }] });
    const [process] = report.changed.processes;
    const foreign = { ...report, changed: { ...report.changed, processes: [{ ...process!, id: 'b;100;7' }] } };
    fleet.takeUnknown(foreign, 'a', start);
    expect(fleet.hosts.get('a')!.processes.size).toBe(0);
    expect(fleet.reporters(start)[0]!.blindSpots).toEqual([expect.stringContaining('1 things of its last report')]);
  });

  test('that floods is turned away, and let in again when it is slower', () => {
    const fleet = new Fleet();
    const codes = Array.from({ length: 30 }, (_, sequence) =>
      codeOf(() => fleet.take(smallReport({ id: 'a' }, { sequence }), 'a', start)),
    );
    expect(codes.filter((code) => code === 'taken')).toHaveLength(10);
    expect(codes.slice(10).every((code) => code === 'service.busy')).toBe(true);
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { sequence: 99 }), 'a', start + 1000))).toBe('taken');
  });

  test('that sends more bytes than hosts have to tell is turned away before they are read', () => {
    const fleet = new Fleet();
    const codes = Array.from({ length: 10 }, () => codeOf(() => fleet.admitBody('a', 24 * 2 ** 20, start)));
    expect(codes).toEqual([...Array(5).fill('taken'), ...Array(5).fill('service.busy')]);
    expect(codeOf(() => fleet.admitBody('b', 24 * 2 ** 20, start))).toBe('taken');
    expect(codeOf(() => fleet.admitBody('a', 2 ** 20, start + 1000))).toBe('taken');
  });

  test('that sends more reports than hosts have to tell is turned away before they are read, and no other is', () => {
    const fleet = new Fleet();
    const codes = Array.from({ length: 10_000 }, (_, index) =>
      codeOf(() => fleet.admitBody('a', 100, start + index / 10)),
    );
    // A thousand at once, and 400 a second.
    expect(codes.filter((code) => code === 'taken').length).toBeLessThan(1500);
    expect(codeOf(() => fleet.admitBody('b', 100, start + 1000))).toBe('taken');
    expect(codeOf(() => fleet.admitBody('a', 100, start + 2000))).toBe('taken');
  });

  test('of a body that grows while it is inflated is turned away as well', () => {
    const fleet = new Fleet();
    fleet.admitBody('a', 1000, start);
    const codes = Array.from({ length: 10 }, () => codeOf(() => fleet.admitMore('a', 24 * 2 ** 20, start)));
    expect(codes).toEqual([...Array(5).fill('taken'), ...Array(5).fill('service.busy')]);
    fleet.forget(start + 600_000);
    expect(codeOf(() => fleet.admitMore('a', 24 * 2 ** 20, start))).toBe('taken');
  });

  test('of a copied machine is refused once it is seen that there are two of one id, and that is said', () => {
    const fleet = new Fleet();
    const told = (session: string, sequence: number, seconds: number, full = true) =>
      codeOf(() =>
        fleet.take(
          smallReport({ id: 'a' }, { session, sequence, full, host: { id: 'a', name: session, addresses: [] } }),
          't',
          start + seconds * 1000,
        ),
      );
    const notes = (seconds: number) => fleet.reporters(start + seconds * 1000)[0]!.blindSpots;
    expect(told('first', 0, 0)).toBe('taken');
    // A reporter that was started anew looks the same.
    expect(told('second', 0, 1)).toBe('taken');
    expect(notes(1)).toEqual([]);
    expect(told('first', 1, 2, false)).toBe('map.twin-host');
    expect(told('first', 2, 3)).toBe('map.twin-host');
    expect(told('second', 1, 3, false)).toBe('taken');
    expect(fleet.hosts.get('a')!.name).toBe('second');
    expect(notes(3)).toEqual([expect.stringMatching(/^another machine \(first\) has the same id/)]);
    expect(notes(400)).toEqual([]);
    // Where the other one is silent, it may be that this one is all there is.
    expect(told('first', 3, 20)).toBe('taken');
    expect(told('second', 2, 21)).toBe('map.twin-host');
    for (let life = 0; life < 20; life++) expect(told(`life-${life}`, 0, 22 + life)).toBe('taken');
    expect(told('life-18', 1, 42)).toBe('map.twin-host');
  });

  test('of a host that another one tells of is refused, and that is said', () => {
    const fleet = new Fleet();
    fleet.take(smallReport({ id: 'a' }), 'token:one', start);
    const before = fleet.revision;
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }), 'token:two', start + 1000))).toBe('map.foreign-host');
    expect(fleet.revision).toBeGreaterThan(before);
    expect(fleet.reporters(start + 1000)[0]!.blindSpots).toEqual([
      'another reporter tells of this host, too, and is refused: each host needs a token of its own',
    ]);
  });

  test('cannot fill the map with hosts', () => {
    const fleet = new Fleet();
    const codes = Array.from({ length: 300 }, (_, index) =>
      codeOf(() => fleet.take(smallReport({ id: `h${index}` }), 'a', start)),
    );
    expect(codes.filter((code) => code === 'taken')).toHaveLength(200);
    expect(codes.at(-1)).toBe('map.too-many');
    expect(codeOf(() => fleet.take(smallReport({ id: 'other' }), 'b', start))).toBe('taken');
  });

  test('has room for new hosts when those before them are forgotten, and still owns these', () => {
    const fleet = new Fleet();
    const tell = (id: string, from: string, now: number): string =>
      codeOf(() => fleet.take(smallReport({ id }), from, now));
    for (let index = 0; index < 200; index++) expect(tell(`h${index}`, 'a', start)).toBe('taken');
    expect(tell('new', 'a', start + 300_000)).toBe('map.too-many');
    fleet.forget(start + 1_200_000);
    expect(tell('new', 'a', start + 1_200_000)).toBe('taken');
    expect(tell('h7', 'b', start + 1_200_000)).toBe('map.foreign-host');
    expect(tell('h7', 'a', start + 1_200_000)).toBe('taken');
  });

  test('cannot fill the map by adding to what it told', () => {
    const fleet = new Fleet();
    const first = smallReport({ id: 'a', containers: [{ name: 'x' }] });
    fleet.take(first, 'a', start);
    const [template] = first.changed.containers;
    let code = 'taken';
    let sequence = 0;
    while (code === 'taken' && sequence < 10) {
      sequence++;
      const containers = Array.from({ length: 4000 }, (_, index) => ({ ...template!, id: `c${sequence}-${index}` }));
      const report = {
        ...first,
        sequence,
        full: false,
        changed: { containers, processes: [], connections: [], listeners: [] },
      };
      code = codeOf(() => fleet.take(report, 'a', start + sequence * 1000));
    }
    expect(code).toBe('map.too-many');
    expect(fleet.hosts.get('a')!.containers.size).toBeLessThanOrEqual(10_000);
  });

  test('cannot fill the map with what is gone', () => {
    const fleet = new Fleet();
    const first = smallReport({ id: 'a', containers: [{ name: 'x' }] });
    const [template] = first.changed.containers;
    for (let sequence = 0; sequence < 12; sequence++) {
      const containers = Array.from({ length: 4000 }, (_, index) => ({ ...template!, id: `c${sequence}-${index}` }));
      const changed = { containers, processes: [], connections: [], listeners: [] };
      fleet.take({ ...first, sequence, changed }, 'a', start + sequence * 1000);
      expect(fleet.hosts.get('a')!.containers.size).toBeLessThanOrEqual(10_000);
    }
    // What came last is all there.
    expect([...fleet.hosts.get('a')!.containers.values()].filter(({ gone }) => gone === undefined)).toHaveLength(4000);
  });

  test('cannot fill the memory with few things that are large', () => {
    const fleet = new Fleet();
    const labels = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`l${index}`, 'x'.repeat(1024)]));
    const codes = Array.from({ length: 20 }, (_, host) => {
      const containers = Array.from({ length: 150 }, (__, index) => ({ name: `c${index}`, facts: { labels } }));
      return codeOf(() => fleet.take(smallReport({ id: `h${host}`, containers }), 'a', start));
    });
    const bytes = [...fleet.hosts.values()].reduce((sum, state) => sum + state.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(mostBytes.all);
    expect([codes[0], codes.at(-1)]).toEqual(['taken', 'map.too-many']);
    // Of what is forgotten nothing is counted.
    const [state] = fleet.hosts.values();
    fleet.take(smallReport({ id: 'h0' }, { sequence: 1 }), 'a', start + 1000);
    fleet.forget(start + 1000 + FADE);
    expect(state!.bytes).toBe(0);
  });

  test.each([
    ['at', -40_000, 'skewed', -40],
    ['ahead', 3_600_000, 'skewed', 3600],
    ['a little off', 1500, 'live', 0],
  ])('whose clock is %s: its reports count when they come', (_, off, state, seconds) => {
    const fleet = new Fleet();
    fleet.take(smallReport({ id: 'a' }, { at: new Date(start + off).toISOString() }), 'a', start);
    expect(fleet.reporters(start)).toMatchObject([
      { state, clockSkewSeconds: seconds, lastSeen: new Date(start).toISOString() },
    ]);
    expect(fleet.reporters(start + 20_000)[0]!.state).toBe('late');
    expect(fleet.reporters(start + 61_000)[0]!.state).toBe('gone');
    fleet.forget(start + 601_000);
    expect(fleet.reporters(start + 601_000)).toEqual([]);
  });

  test('that sends old reports is asked for a full one', () => {
    const fleet = new Fleet();
    fleet.take(smallReport({ id: 'a' }, { sequence: 5 }), 'a', start);
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { sequence: 5 }), 'a', start + 1000))).toBe('map.gap');
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { sequence: 8, full: false }), 'a', start + 2000))).toBe(
      'map.gap',
    );
    expect(codeOf(() => fleet.take(smallReport({ id: 'a' }, { sequence: 6, full: false }), 'a', start + 3000))).toBe(
      'taken',
    );
  });
});

function sorted<T extends { readonly id: string }>(parts: readonly T[]): T[] {
  return parts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
