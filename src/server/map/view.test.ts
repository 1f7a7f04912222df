import { describe, expect, test } from 'vitest';
import { simulatedHost, simulatedKnowledge } from '../../../test/support/simulated-host.ts';
import { handClock, openTestMap, query, smallKnowledge, smallReport } from '../../../test/support/small-map.ts';
import { LiveView } from './live-view.ts';
import type { MapChange, MapSnapshot } from './map-schema.ts';
import { mapViews } from './map-schema.ts';

const shop = smallReport({
  id: 'a',
  containers: [
    {
      name: 'web',
      image: 'nginx:1',
      listens: [80],
      facts: {
        labels: { tier: 'front' },
        ports: [{ protocol: 'tcp', port: 80, published: { address: '0.0.0.0', port: 8080 } }],
      },
    },
    { name: 'api', image: 'api:1', listens: [9000] },
    {
      name: 'db',
      image: 'postgres:17',
      listens: [5432],
      facts: { state: 'running', networks: [{ name: 'back', addresses: ['10.2.0.1'] }] },
    },
    { name: 'old', image: 'api:1', facts: { state: 'exited', exitCode: 1 } },
    { name: 'pause', image: 'registry.k8s.io/pause:3.10' },
  ],
  calls: [
    { from: '203.0.113.9', to: 'web', port: 80, facts: { asked: { address: '192.168.7.1', port: 8080 } } },
    { from: 'web', to: 'api', port: 9000, facts: { name: 'api', open: 3 } },
    { from: 'api', to: 'db', port: 5432, facts: { open: 0, seen: 4, by: 'conntrack' } },
    { from: 'api', to: '10.99.0.5', port: 443, facts: { guessed: true } },
  ],
});

function labels({ nodes }: MapSnapshot, kind = 'container'): string[] {
  return nodes
    .filter((node) => node.kind === kind)
    .map(({ label }) => label)
    .sort();
}

async function shopMap() {
  const map = openTestMap({
    knowledge: smallKnowledge({
      'nginx:1': { '/bin/web': ['nginx', 'high', 'CVE-1'] },
      'postgres:17': { '/bin/other': ['perl', 'critical', 'CVE-2'] },
    }),
  });
  map.take(shop, 'local');
  await map.snapshot(query(), undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return map;
}

describe('views', () => {
  test('of many processes stand names that are cut within a character', async () => {
    const map = openTestMap();
    const names = Array.from({ length: 600 }, (_, index) => `c${index}`);
    const calls = names.map((from, index) => ({ from, to: names[(index + 1) % names.length]!, port: 80 }));
    const process = { name: `${'x'.repeat(59)}\u{1f600}` };
    map.take(smallReport({ id: 'a', containers: names.map((name) => ({ name, process })), calls }), 'local');
    const { grouped, nodes } = await map.snapshot(query({ view: 'processes' }), undefined);
    expect(grouped).toBe(true);
    const group = nodes.find(({ kind }) => kind === 'group')!;
    const details = await map.details(group.id, undefined, { name: 'x', scope: 'read' });
    await map.stop();
    expect(details?.node.label).toBe(group.label);
  });

  test('of many tell of each group what its members have, and call none calm that is not known', async () => {
    const images = ['bad:1', 'calm:1', 'none:1', 'none:1', 'none:1'];
    const known = { 'bad:1': { '/bin/x': ['x', 'high', 'CVE-1'] }, 'calm:1': {} } as const;
    const map = openTestMap({ knowledge: smallKnowledge(known) });
    const containers = Array.from({ length: 1500 }, (_, index) => ({
      name: `c${index}`,
      image: images[index % images.length]!,
      process: { name: 'x', executable: '/bin/x' },
    }));
    const calls = containers.map(({ name }, index) => ({ from: name, to: `c${(index + 1) % 1500}`, port: 80 }));
    map.take(smallReport({ id: 'a', containers, calls }), 'local');
    await map.snapshot(query({ view: 'processes' }), undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { nodes } = await map.snapshot(query({ view: 'processes' }), undefined);
    await map.stop();
    const groups = nodes.filter(({ kind }) => kind === 'group');
    const sums = { high: 0, calm: 0, notKnown: 0 };
    for (const { tally, knowledge, counts } of groups) {
      const { severities, calm, notKnown } = tally!;
      const high = severities.find(({ severity }) => severity === 'high')?.count ?? 0;
      expect(high + calm + notKnown).toBe(counts.processes);
      if (notKnown > 0) expect(knowledge).toBe('unknown');
      sums.high += high;
      sums.calm += calm;
      sums.notKnown += notKnown;
    }
    expect(sums).toEqual({ high: 300, calm: 300, notKnown: 900 });
  });

  test('of containers have who talks to whom, in its direction', async () => {
    const map = await shopMap();
    const snapshot = await map.snapshot(query(), undefined);
    await map.stop();
    const label = new Map(snapshot.nodes.map((node) => [node.id, node.label]));
    expect(
      snapshot.edges
        .map((edge) => [label.get(edge.source), label.get(edge.target), edge.ports[0]!.port, edge.open])
        .sort(),
    ).toEqual([
      ['api', '10.99.0.5', 443, 1],
      ['api', 'db', 5432, 0],
      ['the internet', 'web', 80, 1],
      ['web', 'api', 9000, 3],
    ]);
    const [published] = snapshot.edges.filter((edge) => edge.published === true);
    expect(label.get(published!.target)).toBe('web');
    expect(snapshot.edges.find((edge) => edge.guessed === true)?.target).toBe('outside:10.99.0.5');
    expect(snapshot.edges.find((edge) => edge.open === 0)).toMatchObject({
      seen: 4,
      lastSeen: '2026-01-01T00:00:00.000Z',
    });
  });

  test('have the colour of what is in use, and say where nothing is known', async () => {
    const map = await shopMap();
    const { nodes } = await map.snapshot(query(), undefined);
    await map.stop();
    const of = (name: string) => nodes.find(({ label }) => label === name);
    expect(of('web')).toMatchObject({
      worst: { severity: 'high', id: 'CVE-1', package: 'nginx', count: 1 },
      knowledge: 'known',
      exposure: 'published',
    });
    expect(of('db')).toMatchObject({ installed: 'critical', knowledge: 'known', exposure: 'internal' });
    expect(of('db')!.worst).toBeUndefined();
    expect(of('api')).toMatchObject({ knowledge: 'unknown' });
  });

  test.each([
    [{ label: 'tier' }, ['web']],
    [{ label: 'tier=back' }, []],
    [{ label: 'constructor' }, []],
    [{ state: 'exited' }, ['old']],
    [{ state: 'exited,running', network: 'back' }, ['db']],
    [{ host: 'name-of-a' }, ['api', 'db', 'old', 'pause', 'web']],
    [{ host: 'other' }, []],
    [{ system: 'hide' }, ['api', 'db', 'old', 'web']],
    [{ system: 'only' }, ['pause']],
    [{ unconnected: 'hide' }, ['api', 'db', 'web']],
  ])('are filtered: %j', async (filter, expected) => {
    const map = await shopMap();
    const snapshot = await map.snapshot(query(filter), undefined);
    await map.stop();
    expect(labels(snapshot)).toEqual(expected);
  });

  test('show what is in a container that is opened, and edges that end there', async () => {
    const map = await shopMap();
    const { nodes } = await map.snapshot(query(), undefined);
    const web = nodes.find(({ label }) => label === 'web')!;
    const opened = await map.snapshot(query({ expand: web.id }), undefined);
    await map.stop();
    const [process] = opened.nodes.filter(({ kind }) => kind === 'process');
    expect(process).toMatchObject({ label: 'web', parent: web.id, worst: { id: 'CVE-1' } });
    expect(opened.edges.map(({ source, target }) => [source, target])).toContainEqual(['internet', process!.id]);
  });

  test.each([
    ['hosts', ['name-of-a'], 'host'],
    ['images', ['api:1', 'nginx:1', 'postgres:17', 'registry.k8s.io/pause:3.10'], 'image'],
    ['networks', ['back', 'net'], 'network'],
    ['processes', ['api', 'db', 'web'], 'process'],
  ])('of %s', async (view, expected, kind) => {
    const map = await shopMap();
    const snapshot = await map.snapshot(query({ view }), undefined);
    await map.stop();
    expect(labels(snapshot, kind)).toEqual(expected);
  });
});

describe('a map of 300 containers, 3,000 processes and 10,000 connections', () => {
  const host = simulatedHost({ containers: 300, processes: 3000, connections: 10_000 });
  const first = host.next();

  test.each(mapViews)(
    'shows at most 1,000 elements in the view of %s, says what is left out, and has no loose ends',
    async (view) => {
      const map = openTestMap({ knowledge: simulatedKnowledge() });
      map.take(first, 'local');
      for (const expand of [
        '',
        first.changed.containers
          .slice(0, 40)
          .map(({ id }) => `container:${host.host.id}:${id}`)
          .join(),
      ]) {
        const { nodes, edges, leftOut, grouped } = await map.snapshot(
          query({ view, ...(expand !== '' && { expand }) }),
          undefined,
        );
        expect(nodes.length + edges.length).toBeLessThanOrEqual(1000);
        expect(nodes.length).toBeGreaterThan(0);
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        expect(nodes.filter(({ parent }) => parent !== undefined && !ids.has(parent))).toEqual([]);
        expect(edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
        if (grouped) expect(leftOut.why).toMatch(/at most 1000 are shown/);
      }
      await map.stop();
    },
  );
});

describe('changes of a view', () => {
  test.each([
    ['containers', 1],
    ['processes', 2],
    ['networks', 3],
  ])('make the next snapshot of the one before (%s)', async (view, seed) => {
    const clock = handClock();
    const map = openTestMap({ knowledge: simulatedKnowledge(), clock });
    const host = simulatedHost({ seed, containers: 10, changing: 0.1, start: clock.now() });
    let known: MapSnapshot | undefined;
    for (let look = 0; look < 60; look++) {
      clock.pass(1000);
      if (look === 30) host.restart();
      map.take(host.next(), 'local');
      // A container that is opened and closed is another view: this one has it open all the time.
      const asked = query({ view, expand: `loose:${host.host.id}` });
      if (known === undefined) {
        known = structuredClone(await map.snapshot(asked, undefined));
        continue;
      }
      const change = await map.changesSince(asked, known.revision);
      known = apply(known, change);
      const whole = await map.snapshot(asked, undefined);
      expect(sorted(known.nodes)).toEqual(sorted(whole.nodes));
      expect(sorted(known.edges)).toEqual(sorted(whole.edges));
      expect(known.revision).toBe(whole.revision);
    }
    await expect(map.changesSince(query({ view: 'hosts' }), 77)).rejects.toMatchObject({ code: 'map.gap' });
    await map.stop();
  });

  test('are none where nothing changed', () => {
    const view = new LiveView();
    const shown = { grouped: false, nodes: [], edges: [], leftOut: { nodes: 0, edges: 0, why: '' } };
    const frame = { at: '2026-01-01T00:00:00.000Z', view: 'hosts' } as const;
    expect(view.update(shown, [], frame)).toMatchObject({ revision: 1 });
    expect(view.update(shown, [], frame)).toBeUndefined();
    expect(view.since(1)).toEqual([]);
    expect(view.since(0)).toBeUndefined();
    expect(view.since(2)).toBeUndefined();
  });
});

function apply(before: MapSnapshot, change: MapChange): MapSnapshot {
  const next = <T extends { readonly id: string }>(
    all: readonly T[],
    changed: readonly T[],
    gone: readonly string[],
  ): T[] => {
    const byId = new Map(all.map((one) => [one.id, one]));
    for (const id of gone) byId.delete(id);
    for (const one of changed) byId.set(one.id, one);
    return [...byId.values()];
  };
  return {
    ...before,
    revision: change.revision,
    nodes: next(before.nodes, change.nodes, change.goneNodes),
    edges: next(before.edges, change.edges, change.goneEdges),
  };
}

function sorted<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
