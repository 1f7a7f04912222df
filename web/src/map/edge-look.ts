import type { MapEdge } from './shapes.ts';

/** By the logarithm of what is open: a pool of a hundred is not a hundred times as thick. */
export function widthOf({ open }: Pick<MapEdge, 'open'>): number {
  // In quarters: a connection more or less is nothing to draw again.
  return Math.round(4 * Math.min(6, 1.2 + 0.9 * Math.log10(1 + Math.max(0, open)))) / 4;
}

/** Its direction is a guess, or it was open only between two looks. */
export function isDashed({ kind, guessed, open }: Pick<MapEdge, 'kind' | 'guessed' | 'open'>): boolean {
  return kind === 'traffic' && (guessed === true || open === 0);
}
