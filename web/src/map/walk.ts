import type { Spot } from './boxes.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** How much a step sideways counts against one straight on. */
const ASIDE = 2.5;
/** One that is linked is as near as one at this share of its distance. */
const LINKED = 0.4;

/**
 * Where an arrow key leads: the nearest thing that way, of those linked to the present one rather than of others. `undefined`:
 * there is nothing that way.
 */
export function stepFrom(
  current: string,
  direction: Direction,
  spots: ReadonlyMap<string, Spot>,
  linked: ReadonlySet<string>,
): string | undefined {
  const from = spots.get(current);
  if (from === undefined) return undefined;
  let best: string | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  for (const [id, spot] of spots) {
    if (id === current) continue;
    const [dx, dy] = [spot.x - from.x, spot.y - from.y];
    const along = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    const aside = Math.abs(direction === 'left' || direction === 'right' ? dy : dx);
    // Within half a right angle and a bit: each thing is that way by one key at least.
    if (along <= 0 || aside > along * 1.5) continue;
    const distance = (along + aside * ASIDE) * (linked.has(id) ? LINKED : 1);
    if (distance < nearest) [best, nearest] = [id, distance];
  }
  return best;
}
