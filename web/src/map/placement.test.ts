import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps } from './boxes.ts';
import { type Link, layOutLayered } from './layered-layout.ts';
import { groupsOverlap, type Placeable, Placement } from './placement.ts';

const container = (id: string, parent = 'host'): Placeable => ({ id, parent, width: 90, height: 80 });
const host = (id = 'host'): Placeable => ({ id, width: 200, height: 100 });

function laidOut(things: readonly Placeable[], links: readonly Link[]): Placement {
  const placement = new Placement();
  const outline = Placement.outline(things, links);
  placement.lay(layOutLayered(outline.things, outline.links));
  return placement;
}

describe('Placement', () => {
  it('keeps everything where it is, whatever comes and goes', () => {
    const ids = Array.from({ length: 30 }, (_, i) => `c${i}`);
    fc.assert(
      fc.property(
        fc.array(fc.subarray(ids, { minLength: 1 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 30 }),
        (looks, links) => {
          const thingsOf = (look: readonly string[]) => [
            host('h0'),
            host('h1'),
            ...look.map((id) => container(id, `h${Number(id.slice(1)) % 2}`)),
          ];
          const placement = laidOut(thingsOf(looks[0]!), links);
          const seen = new Map<string, { x: number; y: number }>();
          for (const look of looks) {
            const drawn = placement.place(thingsOf(look), links);
            for (const id of look) {
              const spot = drawn.get(id)!;
              if (seen.has(id)) expect(spot).toEqual(seen.get(id));
              seen.set(id, spot);
            }
          }
        },
      ),
    );
  });

  it('puts a new one beside those that it talks to, over nothing', () => {
    const old = Array.from({ length: 20 }, (_, i) => container(`c${i}`));
    const placement = laidOut([host(), ...old], []);
    const before = placement.place([host(), ...old], []);

    const after = placement.place([host(), ...old, container('new')], [['new', 'c3']]);

    const spot = after.get('new')!;
    const box = { ...spot, width: 90, height: 80 };
    expect([...before.values()].filter((each) => overlaps({ ...each, width: 90, height: 80 }, box))).toEqual([]);
    const near = before.get('c3')!;
    expect(Math.hypot(spot.x - near.x, spot.y - near.y)).toBeLessThan(400);
  });

  it('puts a new host beside the others', () => {
    const old = [host('a'), ...Array.from({ length: 9 }, (_, i) => container(`a${i}`, 'a'))];
    const placement = laidOut(old, []);
    placement.place(old, []);
    const all = [...old, host('b'), ...Array.from({ length: 9 }, (_, i) => container(`b${i}`, 'b'))];

    const drawn = placement.place(all, []);

    expect(groupsOverlap(Placement.outline(all, []).things, drawn)).toBe(false);
  });

  it('makes room for an open container, and gives it back', () => {
    const closed = [host(), ...Array.from({ length: 12 }, (_, i) => container(`c${i}`))];
    const placement = laidOut(closed, []);
    const before = placement.place(closed, []);
    const inside = Array.from({ length: 10 }, (_, i) => ({ id: `p${i}`, parent: 'c5', width: 40, height: 40 }));

    const open = placement.place([...closed, ...inside], []);

    expect(open.has('c5')).toBe(false);
    const processes = inside.map(({ id }) => ({ ...open.get(id)!, width: 40, height: 40 }));
    for (const { id } of closed.slice(1)) {
      if (id === 'c5') continue;
      expect(processes.some((each) => overlaps(each, { ...open.get(id)!, width: 90, height: 80 }))).toBe(false);
    }
    expect(placement.place(closed, [])).toEqual(before);
  });

  it('keeps the places of processes that stay, when others come and go', () => {
    const closed = [host(), container('c')];
    const inside = (ids: readonly number[]) => ids.map((id) => ({ id: `p${id}`, parent: 'c', width: 40, height: 40 }));
    const placement = laidOut(closed, []);
    const first = placement.place([...closed, ...inside([0, 1, 2, 3])], []);

    const later = placement.place([...closed, ...inside([0, 3, 4])], []);

    expect(later.get('p0')).toEqual(first.get('p0'));
    expect(later.get('p3')).toEqual(first.get('p3'));
    expect(new Set([...later.values()].map(({ x, y }) => `${x} ${y}`)).size).toBe(3);
  });

  it('comes back from a store', () => {
    const things = [host(), container('a'), container('b')];
    const placement = laidOut(things, [['a', 'b']]);

    const again = Placement.fromText(placement.toText());

    expect(again.isNew(Placement.outline(things, []).things)).toBe(false);
    const [one, other] = [placement.place(things, []), again.place(things, [])];
    for (const [id, { x, y }] of one) expect(other.get(id)).toEqual({ x: Math.round(x), y: Math.round(y) });
  });

  it.each(['', '{', 'null', '7', '[[1,2,3]]', '[["a","1",2]]', '[["a",null,2]]', '[[]]'])(
    'takes %j as nothing',
    (text) => {
      expect(Placement.fromText(text).toText()).toBe('[]');
    },
  );
});

describe('layOutLayered', () => {
  it('puts clients above their servers, and cuts circles', () => {
    const things = ['web', 'api', 'db', 'alone'].map((id) => ({ id, width: 90, height: 80, group: 'host' }));

    const spots = layOutLayered(things, [
      ['web', 'api'],
      ['api', 'db'],
      ['db', 'web'],
      ['api', 'api'],
    ]);

    const y = (id: string) => spots.get(id)!.y;
    expect(y('web')).toBeLessThan(y('api'));
    expect(y('api')).toBeLessThan(y('db'));
    expect(y('db')).toBeLessThan(y('alone'));
  });

  it('gives every thing a place of its own, groups apart from each other', () => {
    const thing = fc.record({
      group: fc.constantFrom(undefined, 'a', 'b', 'c'),
      width: fc.integer({ min: 10, max: 200 }),
    });
    fc.assert(
      fc.property(
        fc.array(thing, { minLength: 1, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 60 }),
        (list, pairs) => {
          const things = list.map(({ group, width }, i) => ({
            id: `t${i}`,
            width,
            height: 50,
            ...(group !== undefined && { group }),
          }));
          const links = pairs.map(([a, b]) => [`t${a}`, `t${b}`] as const);

          const spots = layOutLayered(things, links);

          const boxes = things.map((each) => ({ ...each, ...spots.get(each.id)! }));
          expect(boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => overlaps(a, b)))).toEqual([]);
          expect(groupsOverlap(things, spots)).toBe(false);
          expect(layOutLayered(things, links)).toEqual(spots);
        },
      ),
    );
  });
});
