import type { MapEdge } from './shapes.ts';

/** By the logarithm of what is open: a pool of a hundred is not a hundred times as thick. */
export function widthOf({ open }: Pick<MapEdge, 'open'>): number {
  // In quarters: a connection more or less is nothing to draw again.
  return Math.round(4 * Math.min(6, 1.2 + 0.9 * Math.log10(1 + Math.max(0, open)))) / 4;
}

/** Its direction is a guess, it was open only between two looks, or the reporter of one of its two hosts alone tells of it. */
export function isDashed({
  kind,
  guessed,
  oneSided,
  open,
}: Pick<MapEdge, 'kind' | 'guessed' | 'oneSided' | 'open'>): boolean {
  return kind === 'traffic' && (guessed === true || oneSided === true || open === 0);
}
