import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUPINGS, isFrame, regrouped } from './grouping.ts';
import { drawable, type HeldMap, heldFrom } from './held-map.ts';
import type { MapEdge, MapNode, MapSnapshot } from './shapes.ts';
import { countsOf } from './tally.tsx';

const node = (id: string, more: Partial<MapNode> = {}): MapNode => ({
  ...{ id, kind: 'container', label: id, state: 'running', knowledge: 'known' },
  counts: { containers: 1, processes: 1, connections: 0 },
  ...more,
});
const edge = (source: string, target: string) => ({ id: `${source}>${target}`, source, target, open: 1 }) as MapEdge;
const hold = (nodes: readonly MapNode[], edges: readonly MapEdge[] = [], before?: HeldMap, view = 'containers') =>
  heldFrom(
    { ...{ at: '2026-01-01T00:00:00Z', revision: 1, view, nodes, edges, reporters: [] } } as unknown as MapSnapshot,
    before,
  );

const shop = [
  node('a', { kind: 'host' }),
  node('b', { kind: 'host' }),
  node('web', { parent: 'a', project: 'shop', networks: ['front', 'back'], image: 'nginx:1' }),
  node('db', { parent: 'b', project: 'shop', networks: ['back'], image: 'postgres:17' }),
  node('cron', { parent: 'b', image: 'nginx:1' }),
  node('worker', { parent: 'db', kind: 'process' }),
  node('internet', { kind: 'internet' }),
];
const parents = ({ nodes }: HeldMap) => Object.fromEntries([...nodes.values()].map(({ id, parent }) => [id, parent]));

describe('what containers are drawn together by', () => {
  it.each([
    ['project', { web: 'frame:project:shop', db: 'frame:project:shop', cron: undefined }],
    ['network', { web: 'frame:network:front', db: 'frame:network:back', cron: undefined }],
    ['image', { web: 'frame:image:nginx:1', db: 'frame:image:postgres:17', cron: 'frame:image:nginx:1' }],
    ['none', { web: undefined, db: undefined, cron: undefined }],
  ] as const)('is %s', (by, expected) => {
    const found = parents(regrouped(hold(shop), by));

    expect(found).toMatchObject(expected);
    expect(found['worker']).toBe('db');
    expect('a' in found).toBe(false);
  });

  it('is the host as at first, and in other views what they have', () => {
    const held = hold(shop);
    expect(regrouped(held, 'host')).toBe(held);
    const images = hold(shop, [], undefined, 'images');
    expect(regrouped(images, 'project')).toBe(images);
  });

  it('keeps a host that somebody talks to', () => {
    const held = regrouped(hold(shop, [edge('web', 'b')]), 'none');
    expect(held.nodes.has('b')).toBe(true);
    expect(held.nodes.has('a')).toBe(false);
  });

  it('gives the same nodes for the same nodes, so that they are not drawn again', () => {
    const before = hold(shop);
    const first = regrouped(before, 'project');
    const second = regrouped(hold(structuredClone(shop), [], before), 'project');
    for (const [id, each] of second.nodes) expect(each, id).toBe(first.nodes.get(id));
    expect(regrouped(before, 'project')).toBe(first);
  });

  it('loses no container and makes nothing that cannot be drawn, whatever names there are', () => {
    const name = fc.option(fc.string({ maxLength: 5, unit: 'grapheme' }), { nil: undefined });
    const containers = fc.array(fc.record({ project: name, network: name, image: name }), { maxLength: 12 });
    fc.assert(
      fc.property(containers, fc.constantFrom(...GROUPINGS), (made, by) => {
        const nodes = made.map(({ project, network, image }, i) =>
          node(`c${i}`, {
            parent: 'a',
            ...(project !== undefined && { project }),
            ...(network !== undefined && { networks: [network] }),
            ...(image !== undefined && { image }),
          }),
        );
        const held = regrouped(hold([node('a', { kind: 'host' }), ...nodes]), by);
        const drawn = drawable(held);

        for (const { id } of nodes) expect(held.nodes.has(id)).toBe(true);
        for (const { parent } of drawn.nodes) if (parent !== undefined) expect(held.nodes.has(parent)).toBe(true);
        for (const { id } of drawn.nodes)
          if (isFrame(id)) expect(drawn.nodes.some(({ parent }) => parent === id)).toBe(true);
      }),
    );
  });
});

describe('the colours in figures', () => {
  it('counts containers, each once, without what has no colour', () => {
    const worst = { severity: 'high', id: 'CVE-1', package: 'p', count: 1 } as const;
    const held = hold([
      ...shop.slice(0, 2),
      node('1', { worst, project: 'x' }),
      node('2', {
        kind: 'group',
        worst,
        counts: { containers: 5, processes: 5, connections: 0 },
        tally: { severities: [{ severity: 'high', count: 2 }], calm: 1, notKnown: 2 },
      }),
      node('3'),
      node('4', { knowledge: 'scanning' }),
      node('5', { knowledge: 'failed' }),
      node('6', { worst, gone: '2026-01-01T00:00:00Z' }),
      node('8', { useUnknown: true, installed: 'high' }),
      node('7', { kind: 'internet', knowledge: 'none' }),
    ]);
    const expected = { severities: new Map([['high', 3]]), calm: 2, notKnown: 5 };
    expect(countsOf(held)).toEqual(expected);
    expect(countsOf(regrouped(held, 'project'))).toEqual(expected);
  });
});
