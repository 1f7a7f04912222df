import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { simulatedHost, simulatedKnowledge } from '../../../test/support/simulated-host.ts';
import { handClock, openTestMap, query, smallKnowledge, smallReport } from '../../../test/support/small-map.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { Fleet } from './fleet.ts';
import { buildGraph } from './graph.ts';
import { HistoryRecorder } from './history-recorder.ts';
import { HistoryStore } from './history-store.ts';
import { Knowledge } from './knowledge.ts';
import { PastWorlds } from './past-worlds.ts';
import { changesBetween } from './topology-changes.ts';
import { show } from './view.ts';
import { makeWorld, type World } from './world.ts';

const start = Date.UTC(2026, 0, 1);
const day = 24 * 3_600_000;
const bounds = { age: 30 * day, bytes: 1e9 };

function worldOf(fleet: Fleet, knowledge: Knowledge, at: number): World {
  return makeWorld(buildGraph([...fleet.hosts.values()]), knowledge, {
    at,
    live: true,
    reporters: fleet.reporters(at),
  });
}

const iso = (at: number): string => new Date(at).toISOString();

describe('the history', () => {
  test.each([1, 2])('shows a moment as it was then (seed %i)', async (seed) => {
    const { store } = HistoryStore.open(temporaryFolder(), bounds);
    const knowledge = new Knowledge(simulatedKnowledge());
    const recorder = new HistoryRecorder(store);
    const fleet = new Fleet();
    const host = simulatedHost({ seed, containers: 10, changing: 0.1, start });
    const known = new Map<number, unknown>();
    for (let look = 1; look <= 150; look++) {
      const at = start + look * 1000;
      if (look === 70) host.restart();
      fleet.take(host.next(), 'a', at);
      fleet.forget(at);
      if (look === 1) for (const one of worldOf(fleet, knowledge, at).graph.containers.keys()) knowledge.of(one, at);
      await Promise.resolve();
      if (look % 10 !== 0) continue;
      const world = worldOf(fleet, knowledge, at);
      await recorder.record(world, at);
      known.set(at, pictureOf(world));
    }
    const past = new PastWorlds(store, knowledge);
    for (const [at, picture] of known) {
      expect(pictureOf(past.at(iso(at)))).toEqual(picture);
      // Until the next record it stays so.
      expect(pictureOf(past.at(iso(at + 8000)))).toEqual(picture);
    }
    expect(() => past.at(iso(start))).toThrow('Nothing is kept of this moment');
    expect(() => past.at(iso(start + day))).toThrow('Nothing is kept of this moment');
    const range = store.range();
    expect([range.first, range.last]).toEqual([iso(start + 10_000), iso(start + 150_000)]);
    expect(range.moments.at(-1)).toMatchObject({ containers: host.look().containers.length });
    store.close();
  });

  test('has a connection that came and went between two records, and it is gone after that', async () => {
    const { store } = HistoryStore.open(temporaryFolder(), bounds);
    const knowledge = new Knowledge(undefined);
    const recorder = new HistoryRecorder(store);
    const fleet = new Fleet();
    const host = simulatedHost({ containers: 4, changing: 0, start });
    const record = async (at: number): Promise<void> => void (await recorder.record(worldOf(fleet, knowledge, at), at));
    for (let look = 1; look <= 150; look++) {
      const at = start + look * 1000;
      const [one, other] = [...host.look().containers];
      if (look === 14) host.flash(one!.id, other!.id);
      fleet.take(host.next(), 'a', at);
      fleet.forget(at);
      if (look % 10 === 0) await record(at);
    }
    const past = new PastWorlds(store, knowledge);
    const flashes = (at: number) =>
      past
        .at(iso(at))
        .graph.links.filter(({ entry }) => entry.facts.id.startsWith('flash'))
        .map(({ entry }) => entry.gone !== undefined);
    expect(flashes(start + 10_000)).toEqual([]);
    expect(flashes(start + 20_000)).toEqual([false]);
    expect(flashes(start + 30_000)).toEqual([true]);
    expect(flashes(start + 140_000)).toEqual([]);
    store.close();
  });

  test('keeps no environment', async () => {
    const folder = temporaryFolder();
    const { store } = HistoryStore.open(folder, bounds);
    const fleet = new Fleet();
    fleet.take(
      smallReport({ id: 'a', containers: [{ name: 'x', facts: { environment: ['PASSWORD=geheim'] } }] }),
      'a',
      start,
    );
    await new HistoryRecorder(store).record(worldOf(fleet, new Knowledge(undefined), start), start);
    const [record] = store.read(start, day).get('a')!;
    expect(JSON.stringify(record)).not.toContain('geheim');
    store.close();
  });

  test('is bounded in age and in what its files take on the disk', async () => {
    const folder = temporaryFolder();
    const most = 400_000;
    const { store } = HistoryStore.open(folder, { age: day, bytes: most });
    const onDisk = (): number =>
      readdirSync(folder)
        .filter((name) => !name.endsWith('-shm'))
        .reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
    const sizes: number[] = [];
    const knowledge = new Knowledge(undefined);
    const recorder = new HistoryRecorder(store);
    const fleet = new Fleet();
    const host = simulatedHost({ containers: 10, changing: 0.2, start });
    for (let look = 1; look <= 200; look++) {
      const at = start + look * 60_000;
      fleet.take(host.next(), 'a', at);
      await recorder.record(worldOf(fleet, knowledge, at), at);
      store.prune(at);
      expect(store.bytes).toBeGreaterThanOrEqual(onDisk());
      sizes.push(onDisk());
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
    // It was full, and the oldest had to go.
    expect(Math.max(...sizes)).toBeGreaterThan(most / 2);
    expect(Date.parse(store.range().first!)).toBeGreaterThan(start + 60_000);
    expect(Date.parse(store.range().last!)).toBe(start + 200 * 60_000);
    store.prune(start + 200 * 60_000 + 2 * day);
    expect(store.range()).toEqual({ kept: true, bytes: expect.any(Number), moments: [] });
    expect(onDisk()).toBeLessThan(100_000);
    store.close();
  });

  test('opens again where power was lost while it was written', async () => {
    const folder = temporaryFolder();
    const script = `
      import { HistoryStore } from ${JSON.stringify(path.resolve('src/server/map/history-store.ts'))};
      const { store } = HistoryStore.open(${JSON.stringify(folder)}, { age: 1e12, bytes: 300000 });
      const part = { containers: [], processes: [], connections: [], listeners: [] };
      const host = { id: 'a', name: 'a', addresses: [] };
      for (let at = 1000; ; at += 1000) {
        const report = { schemaVersion: 1, host, session: 's', sequence: at / 1000, full: at % 50000 === 1000, at: new Date(at).toISOString(), changed: part, gone: part, figures: {}, blindSpots: [crypto.randomUUID().repeat(40)] };
        await store.add({ at, host: 'a', containers: 0, edges: 0, changes: 0 }, { report, worst: {} });
        if (at === 1000) process.stdout.write('the first is written\\n');
        store.prune(at);
      }`;
    let last = '';
    for (const lives of [100, 250, 400]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, lives));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const { store, setAside } = HistoryStore.open(folder, { age: 1e12, bytes: 300_000 });
      expect(setAside).toBeUndefined();
      const range = store.range();
      expect(range.last).toBeDefined();
      last = range.last!;
      const [records] = [...store.read(Date.parse(last), 1e12).values()];
      expect(records!.at(-1)!.record.report.at).toBe(last);
      store.close();
    }
    const map = openTestMap({ history: { folder, age: 1e12, bytes: 300_000 } });
    expect(map.history().last).toBe(last);
    await map.stop();
  });

  test('of a long time is told as few moments, and counts everything once', async () => {
    const { store } = HistoryStore.open(temporaryFolder(), bounds);
    const { changed: _, ...frame } = smallReport({ id: 'a' });
    const changed = { containers: [], processes: [], connections: [], listeners: [] };
    for (let count = 0; count < 1000; count++) {
      const moment = { at: start + count * 60_000, host: 'a', containers: 2, edges: 3, changes: 1 };
      await store.add(moment, { report: { ...frame, changed, full: count % 50 === 0 }, worst: {} });
    }
    const { moments, first, last, bytes } = store.range();
    expect(moments.length).toBeLessThanOrEqual(300);
    expect(moments.reduce((sum, one) => sum + one.changes, 0)).toBe(1000);
    expect(new Set(moments.map(({ containers, edges }) => `${containers} ${edges}`))).toEqual(new Set(['2 3']));
    expect([first, last]).toEqual([iso(start), iso(start + 999 * 60_000)]);
    // The same moment anew takes the place of the one before.
    await store.add(
      { at: start, host: 'a', containers: 2, edges: 3, changes: 1 },
      { report: { ...frame, changed, full: true }, worst: {} },
    );
    expect(Math.abs(store.bytes - bytes)).toBeLessThan(50_000);
    store.prune(start + 30 * day + 75 * 60_000);
    expect(store.range().first).toBe(iso(start + 100 * 60_000));
    store.close();
  });

  test('that could not be written for a while has everything again when it can', async () => {
    const { store } = HistoryStore.open(temporaryFolder(), bounds);
    const knowledge = new Knowledge(undefined);
    const recorder = new HistoryRecorder(store);
    const fleet = new Fleet();
    const tell = (sequence: number, names: readonly string[]) =>
      fleet.take(
        smallReport({ id: 'a', containers: names.map((name) => ({ name })) }, { sequence }),
        'a',
        start + sequence,
      );
    tell(0, ['x']);
    await recorder.record(worldOf(fleet, knowledge, start), start);
    tell(1, ['x', 'y']);
    const full = Object.defineProperty(store, 'add', {
      configurable: true,
      value: () => Promise.reject(new Error('full')),
    });
    await expect(recorder.record(worldOf(fleet, knowledge, start), start + 10_000)).rejects.toThrow('full');
    Reflect.deleteProperty(full, 'add');
    await recorder.record(worldOf(fleet, knowledge, start), start + 20_000);
    const { graph } = new PastWorlds(store, knowledge).at(iso(start + 20_000));
    expect([...graph.containers.keys()].map(({ facts }) => facts.name).sort()).toEqual(['x', 'y']);
    store.close();
  });

  test('of a clock that was set back has both times, and mixes them nowhere', async () => {
    const { store } = HistoryStore.open(temporaryFolder(), bounds);
    const knowledge = new Knowledge(undefined);
    const recorder = new HistoryRecorder(store);
    const fleet = new Fleet();
    let sequence = 0;
    const record = async (at: number, ...names: readonly string[]): Promise<void> => {
      const told = smallReport({ id: 'a', containers: names.map((name) => ({ name })) }, { sequence: sequence++ });
      fleet.take(told, 'a', at, { steady: sequence * 1000 });
      await recorder.record(worldOf(fleet, knowledge, at), at);
    };
    const shown = (at: number): string[] => {
      const { graph } = new PastWorlds(store, knowledge).at(iso(at));
      return [...graph.containers.keys()].flatMap(({ facts, gone }) => (gone === undefined ? facts.name : [])).sort();
    };
    await record(start, 'x');
    await record(start + 10_000, 'x', 'y');
    await record(start + 20_000, 'x', 'y', 'z');
    const back = start - 3_600_000;
    await record(back, 'p');
    await record(back + 10_000, 'p', 'q');
    expect(shown(back)).toEqual(['p']);
    expect(shown(back + 10_000)).toEqual(['p', 'q']);
    // Set back by less, into what was recorded: each moment is of one of both times.
    await record(start + 5000, 'r');
    await record(start + 15_000, 'r', 's');
    expect(shown(start)).toEqual(['x']);
    expect(shown(start + 5000)).toEqual(['r']);
    expect(shown(start + 15_000)).toEqual(['r', 's']);
    expect(shown(start + 20_000)).toEqual(['r', 's']);
    store.close();
  });

  test('that is damaged is set aside, and begins anew', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'map-history.db'), 'no database'.repeat(1000));
    const map = openTestMap({ history: { ...bounds, folder } });
    expect(map.history()).toEqual({ kept: true, bytes: expect.any(Number), moments: [] });
    await map.stop();
    expect(map.logged.join()).toContain('map-history.db.damaged');
  });

  test('that cannot be kept is told, and the map goes on', async () => {
    const folder = path.join(temporaryFolder(), 'file');
    writeFileSync(folder, '');
    const map = openTestMap({ history: { ...bounds, folder } });
    map.take(smallReport({ id: 'a' }), 'a');
    expect(map.history().kept).toBe(false);
    expect((await map.snapshot(query(), undefined)).reporters).toHaveLength(1);
    await expect(map.snapshot(query(), iso(start))).rejects.toMatchObject({ code: 'service.not-found' });
    await map.stop();
    expect(map.logged.join()).toContain('none is kept');
  });

  test('is written by a map by itself, and survives it', async () => {
    const folder = temporaryFolder();
    const clock = handClock();
    const map = openTestMap({ clock, history: { ...bounds, folder } });
    map.start();
    map.take(smallReport({ id: 'a', containers: [{ name: 'x' }] }), 'a');
    clock.pass(20_000);
    while (map.history().moments.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await map.stop();
    const next = openTestMap({ clock, history: { ...bounds, folder } });
    const then = await next.snapshot(query(), iso(clock.now() + 1000));
    expect([then.live, then.nodes.map(({ label }) => label)]).toEqual([false, ['x', 'name-of-a']]);
    await next.stop();
  });
});

describe('whose hosts are', () => {
  const refusal = (map: ReturnType<typeof openTestMap>, from: string): string => {
    try {
      map.take(smallReport({ id: 'a' }), from);
      return 'taken';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  test('outlives a service that was killed, where a history is kept', async () => {
    const history = { ...bounds, folder: temporaryFolder() };
    const killed = openTestMap({ history });
    expect(refusal(killed, 'token:one')).toBe('taken');
    const next = openTestMap({ history });
    expect(refusal(next, 'token:two')).toBe('map.foreign-host');
    expect(refusal(next, 'token:one')).toBe('taken');
    await next.stop();
    // Of a token that is gone nobody can tell any more.
    const later = openTestMap({ history, isSender: (name) => name !== 'token:one' });
    expect(refusal(later, 'token:two')).toBe('taken');
    await Promise.all([killed.stop(), later.stop()]);
  });

  test('is known until the service ends where it cannot be written down, and that is told', async () => {
    const history = { ...bounds, folder: temporaryFolder() };
    const map = openTestMap({ history });
    await map.stop();
    // A file that is closed takes nothing, as a full disk does.
    expect(refusal(map, 'token:one')).toBe('taken');
    expect(refusal(map, 'token:two')).toBe('map.foreign-host');
    expect(map.logged.join()).toContain('cannot be written down');
  });
});

describe('what changed', () => {
  test('is told, what matters most first; one that was made anew is the same', async () => {
    const knowledge = new Knowledge(smallKnowledge({ 'app:2': { '/bin/web': ['nginx', 'critical', 'CVE-1'] } }));
    const before = new Fleet();
    before.take(
      smallReport({
        id: 'a',
        containers: [{ name: 'web', listens: [80] }, { name: 'job' }, { name: 'old' }],
        calls: [{ from: 'web', to: 'old', port: 1 }],
      }),
      'a',
      start,
    );
    const after = new Fleet();
    const facts = {
      ports: [{ protocol: 'tcp' as const, port: 80, published: { address: '0.0.0.0', port: 8080 } }],
      powers: ['privileged'],
    };
    after.take(
      smallReport({
        id: 'a',
        containers: [
          {
            name: 'web',
            listens: [80],
            facts: { ...facts, id: 'another' },
            process: { container: 'another', drift: 'written', executable: '/tmp/x' },
          },
          { name: 'job' },
          { name: 'new', image: 'app:2', process: { executable: '/bin/web' } },
        ],
        calls: [{ from: 'web', to: 'job', port: 7 }],
      }),
      'a',
      start + day,
    );
    const world = worldOf(after, knowledge, start + day);
    for (const one of world.graph.containers.keys()) knowledge.of(one, start);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { changes } = changesBetween(worldOf(before, knowledge, start), worldOf(after, knowledge, start + day));
    expect(changes.map(({ kind, title }) => [kind, title])).toEqual([
      ['new-exposure', 'web is published at 0.0.0.0:8080 (80/tcp)'],
      ['new-drift', 'web runs /tmp/x, which its image did not bring'],
      ['new-power', 'web may do more: privileged'],
      ['new-image', 'app:2 runs for the first time'],
      ['new-container', 'new runs now'],
      ['new-edge', 'web calls job on port 7'],
      ['gone-container', 'old does not run any more'],
      ['gone-edge', 'web calls old on port 1'],
    ]);
    expect(changes[4]).toMatchObject({ severity: 'critical', after: 'CVE-1' });
  });
});

test('an image that took the place of another one under its name is told', () => {
  const at = (image: string, now: number): World => {
    const fleet = new Fleet();
    const shop = (id: string) => ({ image: { id: `sha256:${id}`, reference: 'shop:1' } });
    const containers = [
      { name: 'web', facts: shop(image) },
      { name: 'same', facts: { image: { id: 'sha256:3', reference: 'db:1' } } },
    ];
    fleet.take(smallReport({ id: 'a', containers }), 'a', now);
    return worldOf(fleet, new Knowledge(undefined), now);
  };
  const { changes } = changesBetween(at('1', start), at('2', start + day));
  expect(changes).toEqual([
    {
      kind: 'new-image',
      node: { id: 'image:sha256%3A2', kind: 'image', label: 'shop:1' },
      title: 'shop:1 is another image now',
    },
  ]);
  expect(changesBetween(at('1', start), at('1', start + day)).changes).toEqual([]);
});

/** What a moment looks like, without what only a running map has. */
function pictureOf(world: World): unknown {
  const { nodes, edges } = show(world, query());
  return {
    nodes: nodes
      // What fades was there before the first record, and has no place in it.
      .filter(({ gone, kind, counts }) => gone === undefined && (kind === 'container' || counts.connections > 0))
      .map(({ id, kind, label, state, worst, exposure, drift, counts }) => ({
        id,
        kind,
        label,
        state,
        worst,
        exposure,
        drift,
        counts,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    edges: edges
      // What came and went is told beside (below).
      .filter(({ open }) => open > 0)
      .map(({ source, target, ports, open }) => ({ source, target, ports, open }))
      .sort((a, b) => (a.source + a.target < b.source + b.target ? -1 : 1)),
  };
}
