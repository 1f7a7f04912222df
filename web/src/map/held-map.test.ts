import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawable, heldAfter, heldFrom, realId } from './held-map.ts';
import type { MapEdge, MapNode, MapSnapshot } from './shapes.ts';

const node = (id: string, more: Partial<MapNode> = {}) => ({ id, kind: 'container', label: id, ...more }) as MapNode;
const edge = (id: string, source: string, target: string) => ({ id, source, target, open: 1 }) as MapEdge;
const snapshot = (nodes: readonly MapNode[], edges: readonly MapEdge[] = [], revision = 1) =>
  ({ at: '2026-01-01T00:00:00Z', revision, view: 'containers', nodes, edges, reporters: [] }) as unknown as MapSnapshot;

describe('what the page holds of the map', () => {
  it('is, after all changes, what a whole snapshot says', () => {
    const look = fc.uniqueArray(fc.record({ id: fc.constantFrom(...'abcdefgh'), label: fc.constantFrom('x', 'y') }), {
      selector: ({ id }) => id,
    });
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 8 }), (looks) => {
        let held = heldFrom(snapshot([]));
        let before: readonly MapNode[] = [];
        for (const [i, each] of looks.entries()) {
          const nodes = each.map(({ id, label }) => node(id, { label }));
          held = heldAfter(held, {
            at: '2026-01-01T00:00:01Z',
            revision: i + 2,
            grouped: false,
            nodes: nodes.filter(({ id, label }) => before.find((old) => old.id === id)?.label !== label),
            edges: [],
            goneNodes: before.filter(({ id }) => !nodes.some((now) => now.id === id)).map(({ id }) => id),
            goneEdges: [],
          });
          before = nodes;

          expect(new Map(held.nodes)).toEqual(new Map(nodes.map((now) => [now.id, now])));
          expect(held.revision).toBe(i + 2);
        }
      }),
    );
  });

  it('keeps what is the same, so that it is not drawn again', () => {
    const first = heldFrom(snapshot([node('a'), node('b')]));
    const again = heldFrom(snapshot([node('a'), node('b', { label: 'other' })]), first);

    expect(again.nodes.get('a')).toBe(first.nodes.get('a'));
    expect(again.nodes.get('b')).not.toBe(first.nodes.get('b'));
  });
});

describe('drawable', () => {
  it.each([
    ['an edge without an end', [node('a')], [edge('e', 'a', 'b')], ['a'], []],
    ['a parent that is not there', [node('a', { parent: 'z' })], [], ['a'], []],
    ['a node that is its own parent', [node('a', { parent: 'a' })], [], ['a'], []],
    ['two that are in each other', [node('a', { parent: 'b' }), node('b', { parent: 'a' })], [], ['a', 'b'], []],
  ])('survives %s', (_, nodes, edges, ids, edgeIds) => {
    const drawn = drawable(heldFrom(snapshot(nodes, edges)));

    expect(drawn.nodes.map(({ id }) => id).sort()).toEqual(ids);
    expect(drawn.nodes.every(({ parent }) => parent === undefined)).toBe(true);
    expect(drawn.edges.map(({ id }) => id)).toEqual(edgeIds);
  });

  it('gives processes of a host a place in it, since no line can end at what is drawn around', () => {
    const nodes = [node('h', { kind: 'host' }), node('c', { parent: 'h' })];
    const held = heldFrom(snapshot(nodes, [edge('e', 'h', 'c'), edge('f', 'c', 'c')]));

    const drawn = drawable(held);

    expect(drawn.nodes.map(({ id, parent }) => [id, parent])).toEqual([
      ['h', undefined],
      ['c', 'h'],
      ['h own', 'h'],
    ]);
    expect(drawn.edges.map(({ source, target }) => [source, target])).toEqual([['h own', 'c']]);
    expect(realId('h own')).toBe('h');
    // What did not change is the same, so that it is not drawn again.
    const again = drawable(held);
    expect(again.edges[0]).toBe(drawn.edges[0]);
    expect(again.nodes[2]).toBe(drawn.nodes[2]);
  });

  it('draws no more than it may, whatever it is told', () => {
    const nodes = Array.from({ length: 5000 }, (_, i) => node(`n${i}`, i > 0 ? { parent: 'n0' } : {}));
    const drawn = drawable(heldFrom(snapshot(nodes, [edge('e', 'n1', 'n2')])));

    expect(drawn.nodes.length + drawn.edges.length).toBe(1000);
    expect(drawn.over).toBe(4001);
  });
});
