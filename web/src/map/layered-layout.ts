import { around, type Box, type Spot } from './boxes.ts';

/** What a layout places: a thing with its room, in a group or in none. */
export interface LaidOut {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** The group that is drawn around it. */
  readonly group?: string;
}

/** A client, and who it calls. */
export type Link = readonly [client: string, server: string];

/** Between rows of one group, between groups, and the frame of a group. */
export const ROOM = { gap: 16, layer: 44, group: 70, frame: 34 };

/** How wide a picture is for its height: as a window of a browser. */
const ASPECT = 1.7;

/** A row with more than so many is broken. */
const WIDEST = 9;

/** How often each row is put in the order of its neighbours. */
const SWEEPS = 4;

/**
 * Clients above the servers that they call, group by group, the groups in rows that give the shape of the window. Circles are cut where they are met first,
 * what calls nobody and is called by nobody stands below the rest. The same things give the same picture.
 */
export function layOutLayered(
  things: readonly LaidOut[],
  links: readonly Link[],
  aspect: number = ASPECT,
): Map<string, Spot> {
  return layOutGroups(things, links, (members) => layOutGroup(members, links), aspect);
}

/** Lays out each group by itself, and then the groups; what is in no group stands above them if it calls, and else below. */
export function layOutGroups(
  things: readonly LaidOut[],
  links: readonly Link[],
  inside: (members: readonly LaidOut[]) => Map<string, Spot>,
  aspect: number = ASPECT,
): Map<string, Spot> {
  const groups = new Map<string | undefined, LaidOut[]>();
  for (const thing of things) {
    const of = groups.get(thing.group);
    if (of === undefined) groups.set(thing.group, [thing]);
    else of.push(thing);
  }
  const blocks: { spots: Map<string, Spot>; box: Box }[] = [];
  for (const [group, members] of groups) {
    if (group === undefined) continue;
    const spots = inside(members);
    blocks.push({ spots, box: boxOf(members, spots, ROOM.frame) });
  }
  const loose = groups.get(undefined) ?? [];
  if (blocks.length === 0) return loose.length === 0 ? new Map() : inside(loose);
  const placed = new Map<string, Spot>();
  const outside = looseOf(loose, links, aspect);
  const whole = pack(blocks, placed, aspect, outside)!;
  placeLoose(outside, whole, placed);
  return placed;
}

function boxOf(members: readonly LaidOut[], spots: ReadonlyMap<string, Spot>, margin: number): Box {
  return around(
    members.map(({ id, width, height }) => ({ ...spots.get(id)!, width, height })),
    margin,
  )!;
}

/** Blocks in rows, high ones first, in as many rows as give the shape of a window. */
function pack(
  blocks: readonly { spots: Map<string, Spot>; box: Box }[],
  placed: Map<string, Spot>,
  aspect: number,
  outside: readonly { readonly box: Box }[],
): Box | undefined {
  const sorted = [...blocks].sort((a, b) => b.box.height - a.box.height);
  let best: Box[] = [];
  let nearest = Number.POSITIVE_INFINITY;
  const total = sorted.reduce((sum, { box }) => sum + box.width + ROOM.group, 0);
  for (let rows = 1; rows <= Math.min(sorted.length, 8); rows++) {
    const boxes = inRows(
      sorted.map(({ box }) => box),
      total / rows,
    );
    const whole = around(boxes)!;
    const width = Math.max(whole.width, ...outside.map(({ box }) => box.width));
    const height = outside.reduce((sum, { box }) => sum + box.height + ROOM.group, whole.height);
    const off = Math.abs(Math.log(width / height / aspect));
    if (off < nearest) [best, nearest] = [boxes, off];
  }
  for (const [i, { spots, box }] of sorted.entries()) {
    const at = best[i]!;
    for (const [id, spot] of spots) placed.set(id, { x: spot.x - box.x + at.x, y: spot.y - box.y + at.y });
  }
  return around(best);
}

function inRows(boxes: readonly Box[], widest: number): Box[] {
  let [x, y, row] = [0, 0, 0];
  return boxes.map(({ width, height }) => {
    if (x > 0 && x + width > widest) [x, y, row] = [0, y + row + ROOM.group, 0];
    const at = { x: x + width / 2, y: y + height / 2, width, height };
    x += width + ROOM.group;
    row = Math.max(row, height);
    return at;
  });
}

/** What is in no group, in rows: those that call stand above the groups, others below. */
function looseOf(
  loose: readonly LaidOut[],
  links: readonly Link[],
  aspect: number,
): readonly { readonly above: boolean; readonly spots: Map<string, Spot>; readonly box: Box }[] {
  const callers = new Set(links.map(([client]) => client));
  // Three times as wide as the picture: the groups need the height.
  const widest = Math.ceil(Math.sqrt(loose.length * 3 * aspect));
  return [true, false].flatMap((above) => {
    const members = loose.filter(({ id }) => callers.has(id) === above);
    if (members.length === 0) return [];
    const spots = layOutGroup(members, [], widest);
    return [{ above, spots, box: boxOf(members, spots, 0) }];
  });
}

function placeLoose(outside: ReturnType<typeof looseOf>, whole: Box, placed: Map<string, Spot>): void {
  for (const { above, spots, box } of outside) {
    const away = whole.height / 2 + ROOM.group + box.height / 2;
    const y = above ? whole.y - away : whole.y + away;
    for (const [id, spot] of spots) placed.set(id, { x: spot.x - box.x + whole.x, y: spot.y - box.y + y });
  }
}

function layOutGroup(members: readonly LaidOut[], links: readonly Link[], most: number = WIDEST): Map<string, Spot> {
  const ids = new Set(members.map(({ id }) => id));
  const servers = new Map<string, string[]>();
  const clients = new Map<string, string[]>();
  for (const [client, server] of links) {
    if (client === server || !ids.has(client) || !ids.has(server)) continue;
    push(servers, client, server);
    push(clients, server, client);
  }
  const ranks = shorten(rank([...ids], servers), Math.max(4, Math.ceil(Math.sqrt(members.length) * 0.8)));
  const rows: string[][] = [];
  const alone: string[] = [];
  for (const id of ids) {
    if (servers.has(id) || clients.has(id)) {
      const at = ranks.get(id)!;
      while (rows.length <= at) rows.push([]);
      rows[at]!.push(id);
    } else alone.push(id);
  }
  order(rows, servers, clients);
  const sizes = new Map(members.map((member) => [member.id, member]));
  const spots = new Map<string, Spot>();
  let y = 0;
  const lay = (row: readonly string[], after: number) => {
    // Rows of equal length, where one is too long.
    const parts = Math.max(1, Math.ceil(row.length / Math.max(most, Math.ceil(Math.sqrt(members.length)))));
    const length = Math.ceil(row.length / parts);
    for (let i = 0; i < row.length; i += length) {
      const part = row.slice(i, i + length).map((id) => sizes.get(id)!);
      const width = part.reduce((sum, each) => sum + each.width + ROOM.gap, -ROOM.gap);
      const height = Math.max(...part.map((each) => each.height));
      let x = -width / 2;
      for (const each of part) {
        spots.set(each.id, { x: x + each.width / 2, y: y + height / 2 });
        x += each.width + ROOM.gap;
      }
      y += height + (i + length < row.length ? ROOM.gap : after);
    }
  };
  for (const row of rows) lay(row, ROOM.layer);
  if (alone.length > 0) lay(alone, 0);
  return spots;
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}

/** The longest way from one that nobody calls; a call back to one that is under way does not count. */
function rank(ids: readonly string[], servers: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const finished: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const forward = new Map<string, string[]>();
  for (const root of ids) {
    if (state.has(root)) continue;
    // A stack of its own: ten thousand in a row are no recursion.
    const stack = [{ id: root, next: 0 }];
    state.set(root, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const server = servers.get(top.id)?.[top.next++];
      if (server === undefined) {
        state.set(top.id, 'done');
        finished.push(top.id);
        stack.pop();
      } else if (state.get(server) !== 'open') {
        push(forward, top.id, server);
        if (!state.has(server)) {
          state.set(server, 'open');
          stack.push({ id: server, next: 0 });
        }
      }
    }
  }
  const ranks = new Map(ids.map((id) => [id, 0]));
  for (const id of finished.reverse()) {
    for (const server of forward.get(id) ?? []) ranks.set(server, Math.max(ranks.get(server)!, ranks.get(id)! + 1));
  }
  return ranks;
}

/** Where many call each other in a long chain, several ranks share a row: a map is looked at, not scrolled. */
function shorten(ranks: ReadonlyMap<string, number>, most: number): ReadonlyMap<string, number> {
  const highest = Math.max(...ranks.values());
  if (highest < most) return ranks;
  return new Map([...ranks].map(([id, at]) => [id, Math.floor((at * most) / (highest + 1))]));
}

/** Each row in the order of the middles of its neighbours, downwards and upwards in turn. */
function order(
  rows: string[][],
  servers: ReadonlyMap<string, readonly string[]>,
  clients: ReadonlyMap<string, readonly string[]>,
): void {
  const share = new Map<string, number>();
  const note = (row: readonly string[]) => {
    for (const [i, id] of row.entries()) share.set(id, (i + 0.5) / row.length);
  };
  for (const row of rows) note(row);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const [neighbours, sequence] = sweep % 2 === 0 ? [clients, rows] : [servers, rows.toReversed()];
    for (const row of sequence) {
      const middles = new Map(
        row.map((id) => {
          const near = neighbours.get(id) ?? [];
          const sum = near.reduce((total, each) => total + share.get(each)!, 0);
          return [id, near.length === 0 ? share.get(id)! : sum / near.length];
        }),
      );
      row.sort((a, b) => middles.get(a)! - middles.get(b)!);
      note(row);
    }
  }
}
