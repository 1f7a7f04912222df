import { describe, expect, test } from 'vitest';
import { hostileTexts } from '../../../test/support/hostile-texts.ts';
import { simulatedHost } from '../../../test/support/simulated-host.ts';
import { query, smallReport } from '../../../test/support/small-map.ts';
import { Fleet } from './fleet.ts';
import { buildGraph } from './graph.ts';
import { Knowledge } from './knowledge.ts';
import { mapViews } from './map-schema.ts';
import { readReport } from './report-reader.ts';
import { show } from './view.ts';
import { makeWorld } from './world.ts';

const good = smallReport({
  id: 'a',
  containers: [
    { name: 'x', listens: [80], facts: { image: { id: 'sha256:a', reference: 'x:1', manifest: 'sha256:b' } } },
    { name: 'y' },
  ],
  calls: [{ from: 'y', to: 'x', port: 80 }],
});

describe('readReport', () => {
  test.each([1, 2])('takes what our reporters send as it is (seed %i)', (seed) => {
    const simulated = simulatedHost({ seed, containers: 8, changing: 0.2 });
    for (let look = 0; look < 20; look++) {
      const report = simulated.next();
      expect(readReport(JSON.parse(JSON.stringify(report)))).toEqual({
        report: JSON.parse(JSON.stringify(report)),
        leftOut: 0,
      });
    }
  });

  test.each([
    ['nothing', null],
    ['a list', []],
    ['a text', 'report'],
    ['no host', { ...good, host: undefined }],
    ['a host that is a number', { ...good, host: { id: 5 } }],
    ['an id with a blank', { ...good, host: { ...good.host, id: 'a b' } }],
    ['an id that is too long', { ...good, host: { ...good.host, id: 'a'.repeat(200) } }],
    ['another version', { ...good, schemaVersion: 2 }],
    ['no session', { ...good, session: '' }],
    ['a sequence below 0', { ...good, sequence: -1 }],
    ['a sequence that is no number', { ...good, sequence: 'x' }],
    ['full that is no answer', { ...good, full: 'yes' }],
    ['a moment that is none', { ...good, at: 'yesterday' }],
  ])('refuses %s', (_, value) => {
    expect(readReport(value)).toEqual({ wrong: expect.stringMatching(/./) });
  });

  test.each([
    ['containers', { id: 5 }],
    ['containers', { id: '../x' }],
    ['containers', { id: 'a;b' }],
    ['processes', { id: 'b;1;1', pid: 1 }],
    ['processes', { id: 'a;1', pid: 1 }],
    ['processes', { id: 'a;1;1', pid: -1 }],
    ['connections', { ...good.changed.connections[0], port: 70_000 }],
    ['connections', { ...good.changed.connections[0], protocol: 'icmp' }],
    ['connections', { ...good.changed.connections[0], client: null }],
    ['listeners', { ...good.changed.listeners[0], port: '80' }],
    ['listeners', null],
  ] as const)('leaves out of %s what is none: %j', (part, value) => {
    const read = readReport({ ...good, changed: { ...good.changed, [part]: [value, ...good.changed[part]] } });
    expect(read).toEqual({ report: JSON.parse(JSON.stringify(good)), leftOut: 1 });
  });

  test('cuts lists that nobody could have', () => {
    const containers = Array.from({ length: 1_000_000 }, (_, index) => ({ id: `c${index}` }));
    const read = readReport({ ...good, changed: { ...good.changed, containers } });
    expect('report' in read && [read.report.changed.containers.length, read.leftOut]).toEqual([5000, 995_000]);
  });

  test('has no member of an object that a report names', () => {
    const text = JSON.stringify(good).replace('"labels":{}', '"labels":{"__proto__":"x","constructor":"y"}');
    const read = readReport(JSON.parse(text));
    const labels = 'report' in read ? read.report.changed.containers[0]!.labels : {};
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});

describe('hostile reports', () => {
  test.each(hostileTexts.map(({ name, text }) => [name, text]))('are shown as text: %s', (_, text) => {
    const report = smallReport({
      id: 'a',
      containers: [
        {
          name: text,
          image: text,
          listens: [80],
          facts: {
            labels: { [text]: text },
            networks: [{ name: text, addresses: [text], aliases: [text] }],
            powers: [text],
            health: text,
          },
          process: { name: text, executable: text, arguments: [text], libraries: [text] },
        },
      ],
      calls: [{ from: '203.0.113.9', to: text, port: 80, facts: { name: text } }],
    });
    const fleet = new Fleet();
    const broken = JSON.parse(JSON.stringify({ ...report, host: { ...report.host, name: text }, blindSpots: [text] }));
    fleet.takeUnknown(broken, 'a', 0);
    const graph = buildGraph([...fleet.hosts.values()]);
    const world = makeWorld(graph, new Knowledge(undefined), { at: 0, live: true, reporters: fleet.reporters(0) });
    for (const view of mapViews) {
      const { nodes, edges } = show(
        world,
        query({ view, expand: [...graph.containers.keys()].map((one) => one.nodeId).join() }),
      );
      for (const node of nodes) {
        expect(node.label.length).toBeLessThanOrEqual(120);
        // Ids go into addresses and lists with commas.
        expect(node.id).toMatch(/^[\w.:;%!~*'()-]+$/);
      }
      for (const edge of edges) expect(edge.id).toMatch(/^[\w.:;%!~*'()>-]+$/);
    }
  });

  test('with parents that go round in a circle are shown', () => {
    const report = smallReport({
      id: 'a',
      containers: [{ name: 'x' }, { name: 'y' }],
      calls: [{ from: 'x', to: 'y', port: 1 }],
    });
    const [one, other] = report.changed.processes;
    const processes = [
      { ...one!, parent: other!.id },
      { ...other!, parent: one!.id },
    ];
    const fleet = new Fleet();
    fleet.takeUnknown({ ...report, changed: { ...report.changed, processes } }, 'a', 0);
    const graph = buildGraph([...fleet.hosts.values()]);
    const world = makeWorld(graph, new Knowledge(undefined), { at: 0, live: true, reporters: [] });
    expect(show(world, query({ view: 'processes' })).nodes.filter(({ kind }) => kind === 'process')).toHaveLength(2);
  });
});

test('secrets that a reporter did not leave out are left out here', () => {
  const told = smallReport({
    id: 'a',
    containers: [
      {
        name: 'db',
        facts: {
          labels: { 'app.password': 'geheim-1', url: 'postgres://root:geheim-2@db/shop', tier: 'data' },
          command: ['mysql', '-pgeheim-3', '--host', 'db'],
        },
        process: {
          arguments: ['curl', '-u', 'root:geheim-4', 'https://a:geheim-5@example.org/?password=geheim-6', '-v'],
        },
      },
    ],
  });
  const read = readReport(told);
  if ('wrong' in read) throw new Error(read.wrong);
  const { containers, processes } = read.report.changed;
  expect(JSON.stringify(read.report)).not.toContain('geheim');
  expect({ ...containers[0]!.labels }).toEqual({ 'app.password': '…', url: 'postgres://root:…@db/shop', tier: 'data' });
  expect(containers[0]!.command).toEqual(['mysql', '-p…', '--host', 'db']);
  expect(processes[0]!.arguments).toEqual(['curl', '-u', '…', 'https://a:…@example.org/?password=…', '-v']);
  // What was left out before it came is left as it is.
  const again = readReport(read.report);
  expect('wrong' in again ? again : again.report.changed).toEqual(read.report.changed);
});
