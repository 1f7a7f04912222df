import { around, type Box, freeSpot, overlaps, type Spot, separate } from './boxes.ts';
import { type LaidOut, type Link, ROOM } from './layered-layout.ts';

/** What is to be placed: a thing of the map, and what it is in. */
export interface Placeable {
  readonly id: string;
  readonly parent?: string;
  readonly width: number;
  readonly height: number;
}

/** The room of one thing in an open container. */
export const SLOT = { width: 66, height: 50 };

/** Ids that are remembered, newest last: more than any view has, less than a store of the browser minds. */
const REMEMBERED = 5000;

/**
 * Where things are, by id. Once placed, a thing stays: new ones are put near those that they talk to, those that are gone leave
 * a gap and find it again when they come back. Only two things move others: the person (dragging), and a container that is
 * opened, which pushes those beside it away as long as it is open.
 */
export class Placement {
  readonly #homes = new Map<string, Spot>();
  /** Things inside an open container, by the number of their place in it. */
  readonly #slots = new Map<string, Map<string, number>>();
  #shifts: ReadonlyMap<string, Spot> = new Map();
  #open = '';

  /** What a layout has to place, because it is not in an open container; links between what is inside count for these. */
  static outline(
    things: readonly Placeable[],
    links: readonly Link[],
  ): { things: LaidOut[]; links: Link[]; inside: Map<string, Placeable[]> } {
    const { depth, byId, children } = treeOf(things);
    const top: LaidOut[] = [];
    const inside = new Map<string, Placeable[]>();
    for (const thing of things) {
      if (depth.get(thing.id) === 2) {
        const list = inside.get(thing.parent!);
        if (list === undefined) inside.set(thing.parent!, [thing]);
        else list.push(thing);
      } else if (depth.get(thing.id) === 1 || !children.has(thing.id)) {
        top.push({
          id: thing.id,
          width: thing.width,
          height: thing.height,
          ...(thing.parent !== undefined && byId.has(thing.parent) && { group: thing.parent }),
        });
      }
    }
    const laid = new Set(top.map(({ id }) => id));
    const lifted = new Map<string, Link>();
    const lift = (id: string) => (depth.get(id) === 2 ? byId.get(id)!.parent! : id);
    for (const [client, server] of links) {
      const [a, b] = [lift(client), lift(server)];
      // What is drawn around others is placed by them, and pulls nothing.
      if (a !== b && laid.has(a) && laid.has(b)) lifted.set(JSON.stringify([a, b]), [a, b]);
    }
    return { things: top, links: [...lifted.values()], inside };
  }

  /** Most of them were never placed: this is work for a layout. */
  isNew(things: readonly LaidOut[]): boolean {
    const fresh = things.filter(({ id }) => !this.#homes.has(id)).length;
    return fresh > 3 && fresh * 2 > things.length;
  }

  /** Takes the answer of a layout. Everything else is forgotten. */
  lay(spots: ReadonlyMap<string, Spot>): void {
    this.#homes.clear();
    this.#shifts = new Map();
    this.#open = '';
    for (const [id, spot] of spots) this.#homes.set(id, spot);
  }

  /** A person moved it. */
  move(id: string, to: Spot): void {
    const shift = this.#shifts.get(id);
    this.#homes.set(id, { x: to.x - (shift?.x ?? 0), y: to.y - (shift?.y ?? 0) });
  }

  /** Where everything is drawn that is not drawn around other things. */
  place(things: readonly Placeable[], links: readonly Link[]): Map<string, Spot> {
    const outline = Placement.outline(things, links);
    const sizes = new Map<string, { width: number; height: number }>(outline.things.map((each) => [each.id, each]));
    const open: string[] = [];
    for (const [container, members] of outline.inside) {
      const slots = this.#seat(container, members);
      const side = sideOf(slots);
      sizes.set(container, { width: side * SLOT.width + 2 * 14, height: side * SLOT.height + 2 * 18 });
      open.push(`${container} ${side}`);
    }
    this.#settle(outline.things, outline.links, sizes);
    this.#makeRoom(outline.things, sizes, open.sort().join('\n'), new Set(outline.inside.keys()));
    const drawn = new Map<string, Spot>();
    for (const { id } of outline.things) if (!outline.inside.has(id)) drawn.set(id, this.#at(id));
    for (const [container, members] of outline.inside) {
      const slots = this.#slots.get(container)!;
      const side = sideOf(slots);
      const middle = this.#at(container);
      for (const { id } of members) {
        const { column, row } = seat(slots.get(id)!);
        drawn.set(id, {
          x: middle.x + (column - (side - 1) / 2) * SLOT.width,
          y: middle.y + (row - (side - 1) / 2) * SLOT.height,
        });
      }
    }
    return drawn;
  }

  /** For a store of text. */
  toText(): string {
    const homes = [...this.#homes].slice(-REMEMBERED);
    return JSON.stringify(homes.map(([id, { x, y }]) => [id, Math.round(x), Math.round(y)]));
  }

  /** What a store of text had; anything that is not what {@link toText} wrote is left out. */
  static fromText(text: string | null): Placement {
    const placement = new Placement();
    try {
      const rows: unknown = JSON.parse(text ?? '[]');
      if (!Array.isArray(rows)) return placement;
      for (const row of rows.slice(-REMEMBERED)) {
        const [id, x, y] = Array.isArray(row) ? row : [];
        if (typeof id === 'string' && Number.isFinite(x) && Number.isFinite(y)) placement.#homes.set(id, { x, y });
      }
    } catch {
      // Somebody else's, or cut off: as if there were none.
    }
    return placement;
  }

  #at(id: string): Spot {
    const home = this.#homes.get(id)!;
    const shift = this.#shifts.get(id);
    return shift === undefined ? home : { x: home.x + shift.x, y: home.y + shift.y };
  }

  /** Gives each its place; places of those that are gone are given again only when the square is full. */
  #seat(container: string, members: readonly Placeable[]): ReadonlyMap<string, number> {
    const slots = this.#slots.get(container) ?? new Map<string, number>();
    this.#slots.set(container, slots);
    const here = new Set(members.map(({ id }) => id));
    const fresh = members.filter(({ id }) => !slots.has(id));
    if (fresh.length === 0) return slots;
    const side = sideOf(slots);
    if (slots.size + fresh.length > side * side) for (const id of slots.keys()) if (!here.has(id)) slots.delete(id);
    const taken = new Set(slots.values());
    let free = 0;
    for (const { id } of fresh) {
      while (taken.has(free)) free++;
      taken.add(free);
      slots.set(id, free);
    }
    return slots;
  }

  /** Finds a home for those that have none, near those that they talk to. */
  #settle(
    things: readonly LaidOut[],
    links: readonly Link[],
    sizes: ReadonlyMap<string, { width: number; height: number }>,
  ): void {
    const fresh = things.filter(({ id }) => !this.#homes.has(id));
    if (fresh.length === 0) return;
    const near = new Map<string, string[]>();
    for (const [a, b] of links) {
      near.set(a, [...(near.get(a) ?? []), b]);
      near.set(b, [...(near.get(b) ?? []), a]);
    }
    const boxes = new Map<string, Box & { group?: string }>();
    for (const { id, group } of things) {
      if (!this.#homes.has(id)) continue;
      boxes.set(id, { ...this.#at(id), ...sizes.get(id)!, ...(group !== undefined && { group }) });
    }
    for (const { id, group } of fresh) {
      const size = sizes.get(id)!;
      const groups = groupBoxes(boxes.values());
      const own = group === undefined ? undefined : groups.get(group);
      const whole = around(boxes.values());
      const talks = (near.get(id) ?? []).flatMap((other) => boxes.get(other) ?? []);
      const relatives = talks.filter((box) => box.group === group);
      const home = group === undefined ? undefined : this.#homes.get(group);
      const wanted =
        middleOf(relatives) ??
        own ??
        home ??
        middleOf(talks) ??
        (whole === undefined ? { x: 0, y: 0 } : { x: whole.x + whole.width / 2 + ROOM.group + size.width, y: whole.y });
      const others = [...groups].flatMap(([other, box]) => (other === group ? [] : [box]));
      const loose = [...boxes.values()].filter((box) => box.group === undefined);
      const beside = [...[...boxes.values()].filter((box) => box.group === group), ...loose, ...others];
      // What is drawn around its own grows with it, and shall not grow over others.
      const suits = (spot: Spot) => {
        if (group === undefined) return true;
        const grown = around([
          { ...spot, width: size.width + 2 * ROOM.frame, height: size.height + 2 * ROOM.frame },
          ...(own === undefined ? [] : [own]),
        ])!;
        return ![...others, ...loose].some((box) => overlaps(grown, box));
      };
      const spot = freeSpot(size, wanted, beside, ROOM.gap, suits) ??
        freeSpot(size, wanted, beside, ROOM.gap) ?? {
          // Nothing near: below all.
          x: wanted.x,
          y: whole === undefined ? 0 : whole.y + whole.height / 2 + size.height / 2 + ROOM.group,
        };
      this.#homes.set(id, spot);
      boxes.set(id, { ...spot, ...size, ...(group !== undefined && { group }) });
    }
    while (this.#homes.size > 2 * REMEMBERED) this.#homes.delete(this.#homes.keys().next().value!);
  }

  /** Pushes away what is beside a container that is open; as long as the same ones are open, nothing moves. */
  #makeRoom(
    things: readonly LaidOut[],
    sizes: ReadonlyMap<string, { width: number; height: number }>,
    open: string,
    inside: ReadonlySet<string>,
  ): void {
    if (open === this.#open) return;
    this.#open = open;
    this.#shifts = new Map();
    if (open === '') return;
    const grown = new Set<string | undefined>();
    const groups = new Map<string | undefined, Map<string, Box>>();
    for (const { id, group } of things) {
      if (!groups.has(group)) groups.set(group, new Map());
      groups.get(group)!.set(id, { ...this.#homes.get(id)!, ...sizes.get(id)! });
      if (inside.has(id)) grown.add(group);
    }
    const apart = new Map<string, Box>();
    const frames = new Map<string, Box>();
    for (const [group, boxes] of groups) {
      const first = [...boxes.keys()].find((id) => inside.has(id));
      const moved = grown.has(group) ? separate(boxes, new Set(first === undefined ? [] : [first]), 8) : boxes;
      for (const [id, box] of moved) apart.set(id, box);
      if (group === undefined) for (const [id, box] of moved) frames.set(id, box);
      else frames.set(group, around(moved.values(), ROOM.frame)!);
    }
    const settled = separate(frames, new Set(), ROOM.gap);
    const shifts = new Map<string, Spot>();
    for (const { id, group } of things) {
      const frame = group ?? id;
      const [from, to] = [frames.get(frame)!, settled.get(frame)!];
      const home = this.#homes.get(id)!;
      const box = apart.get(id)!;
      const shift = { x: box.x - home.x + to.x - from.x, y: box.y - home.y + to.y - from.y };
      if (shift.x !== 0 || shift.y !== 0) shifts.set(id, shift);
    }
    this.#shifts = shifts;
  }
}

/** How deep each is: 0 for a host or what is alone, 1 for a container, 2 for what is in an open one. */
function treeOf(things: readonly Placeable[]) {
  const byId = new Map(things.map((thing) => [thing.id, thing]));
  const children = new Set(things.flatMap(({ parent }) => (parent !== undefined && byId.has(parent) ? [parent] : [])));
  const depth = new Map<string, number>();
  for (const { id, parent } of things) {
    const above = parent === undefined ? undefined : byId.get(parent);
    const over = above?.parent === undefined ? undefined : byId.get(above.parent);
    depth.set(id, above === undefined ? 0 : over === undefined ? 1 : 2);
  }
  return { byId, children, depth };
}

/** The square that has the place with the highest number. */
function sideOf(slots: ReadonlyMap<string, number>): number {
  let highest = 0;
  for (const slot of slots.values()) highest = Math.max(highest, slot);
  return Math.max(1, Math.ceil(Math.sqrt(highest + 1)));
}

/** Places fill a square, then the right and the lower side of the next: a place never moves when there are more. */
function seat(number: number): { column: number; row: number } {
  const shell = Math.floor(Math.sqrt(number));
  const rest = number - shell * shell;
  return rest < shell ? { column: shell, row: rest } : { column: rest - shell, row: shell };
}

function middleOf(boxes: readonly Box[]): Spot | undefined {
  if (boxes.length === 0) return undefined;
  const sum = boxes.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / boxes.length, y: sum.y / boxes.length };
}

function groupBoxes(boxes: Iterable<Box & { group?: string }>): Map<string, Box> {
  const members = new Map<string, Box[]>();
  for (const box of boxes) {
    if (box.group === undefined) continue;
    const list = members.get(box.group);
    if (list === undefined) members.set(box.group, [box]);
    else list.push(box);
  }
  return new Map([...members].map(([group, list]) => [group, around(list, ROOM.frame)!]));
}

/** Whether two groups would be drawn over each other: for a layout to mend before it is shown. */
export function groupsOverlap(things: readonly LaidOut[], spots: ReadonlyMap<string, Spot>): boolean {
  const frames = [
    ...groupBoxes(
      things.map(({ id, width, height, group }) => ({
        ...spots.get(id)!,
        width,
        height,
        ...(group !== undefined && { group }),
      })),
    ).values(),
  ];
  return frames.some((a, i) => frames.slice(i + 1).some((b) => overlaps(a, b)));
}
