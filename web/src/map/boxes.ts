/** Boxes on a plane: a middle and a size, in the units that a map has at zoom 1. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Spot {
  readonly width: number;
  readonly height: number;
}

/** Two boxes share room, or are nearer to each other than `gap`. */
export function overlaps(a: Box, b: Box, gap = 0): boolean {
  return (
    Math.abs(a.x - b.x) * 2 < a.width + b.width + 2 * gap && Math.abs(a.y - b.y) * 2 < a.height + b.height + 2 * gap
  );
}

/** The box around boxes. */
export function around(boxes: Iterable<Box>, margin = 0): Box | undefined {
  let [left, top, right, bottom] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x - width / 2);
    right = Math.max(right, x + width / 2);
    top = Math.min(top, y - height / 2);
    bottom = Math.max(bottom, y + height / 2);
  }
  if (left > right) return undefined;
  return {
    x: (left + right) / 2,
    y: (top + bottom) / 2,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
  };
}

/** How often all pairs are looked at: what still overlaps then, overlaps. */
const ROUNDS = 60;

/**
 * Moves boxes apart until none overlaps another, each by as little as this takes. Those in `held` stay where they are. The
 * same boxes always give the same answer.
 */
export function separate<Key>(boxes: ReadonlyMap<Key, Box>, held: ReadonlySet<Key>, gap = 0): ReadonlyMap<Key, Box> {
  const keys = [...boxes.keys()];
  const now = keys.map((key) => ({ ...boxes.get(key)!, held: held.has(key) }));
  for (let round = 0; round < ROUNDS; round++) {
    let moved = false;
    for (let i = 0; i < now.length; i++) {
      const a = now[i]!;
      for (let j = i + 1; j < now.length; j++) {
        const b = now[j]!;
        if ((a.held && b.held) || !overlaps(a, b, gap)) continue;
        moved = true;
        const overX = (a.width + b.width) / 2 + gap - Math.abs(a.x - b.x);
        const overY = (a.height + b.height) / 2 + gap - Math.abs(a.y - b.y);
        const along = overX <= overY ? 'x' : 'y';
        // A hair more than needed: sums of fractions would overlap by their last digit for ever.
        const over = (along === 'x' ? overX : overY) + 0.01;
        const sign = a[along] <= b[along] ? 1 : -1;
        const share = a.held ? 0 : b.held ? 1 : 0.5;
        a[along] -= sign * over * share;
        b[along] += sign * over * (1 - share);
      }
    }
    if (!moved) break;
  }
  return new Map(keys.map((key, i) => [key, { ...boxes.get(key)!, x: now[i]!.x, y: now[i]!.y }]));
}

/** Takes out empty bands, across and down, that are wider than `gap`: what is far from the rest comes near. */
export function squeeze<Key>(boxes: ReadonlyMap<Key, Box>, gap: number): Map<Key, Box> {
  const now = new Map([...boxes].map(([key, box]) => [key, { ...box }]));
  for (const [along, size] of [
    ['x', 'width'],
    ['y', 'height'],
  ] as const) {
    let end = Number.NaN;
    let taken = 0;
    for (const box of [...now.values()].sort((a, b) => a[along] - a[size] / 2 - (b[along] - b[size] / 2))) {
      const begin = box[along] - box[size] / 2;
      if (begin - end > gap) taken += begin - end - gap;
      end = Number.isNaN(end) ? begin + box[size] : Math.max(end, begin + box[size]);
      box[along] -= taken;
    }
  }
  return now;
}

/** How far `freeSpot` looks, in steps of the size of the box. */
const RINGS = 40;

/**
 * A free place for a box as near to `wanted` as steps of its own size find one, looked for in growing squares.
 * @param suits what the place has to be besides
 * @returns undefined where there is none nearby
 */
export function freeSpot(
  size: { readonly width: number; readonly height: number },
  wanted: Spot,
  taken: readonly Box[],
  gap: number,
  suits: (spot: Spot) => boolean = () => true,
): Spot | undefined {
  const free = (spot: Spot) => !taken.some((box) => overlaps({ ...size, ...spot }, box, gap)) && suits(spot);
  if (free(wanted)) return wanted;
  const [stepX, stepY] = [size.width + gap, size.height + gap];
  for (let ring = 1; ring <= RINGS; ring++) {
    let best: Spot | undefined;
    let nearest = Number.POSITIVE_INFINITY;
    for (let row = -ring; row <= ring; row++) {
      // Whole rows at the top and the bottom of the square, both ends of those between.
      const step = Math.abs(row) === ring ? 1 : 2 * ring;
      for (let column = -ring; column <= ring; column += step) {
        const spot = { x: wanted.x + column * stepX, y: wanted.y + row * stepY };
        const distance = (column * stepX) ** 2 + (row * stepY) ** 2;
        if (distance < nearest && free(spot)) [best, nearest] = [spot, distance];
      }
    }
    if (best !== undefined) return best;
  }
  return undefined;
}
