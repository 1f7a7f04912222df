/** Which rows of a long list are drawn. */
export interface TableWindow {
  /** The first row that is drawn, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

/** Rows that are drawn beyond what is seen, so that a short scroll finds them there. */
const BEYOND = 8;

/**
 * The rows that are seen, and a few beyond.
 * @param scrolled how far the list is scrolled, in pixels
 * @param height of what is seen of it, in pixels
 */
export function tableWindow(count: number, rowHeight: number, scrolled: number, height: number): TableWindow {
  const first = Math.floor(Math.max(0, scrolled) / rowHeight) - BEYOND;
  const seen = Math.ceil(height / rowHeight) + 1;
  const end = Math.max(0, Math.min(count, first + BEYOND + seen + BEYOND));
  // A list that became shorter than it is scrolled shows its end.
  const start = Math.max(0, Math.min(first, end - seen));
  return { start, end };
}

/** How far to scroll so that a row is seen whole; undefined where it is. Both in pixels. */
export function scrollToRow(row: number, rowHeight: number, scrolled: number, height: number): number | undefined {
  const top = row * rowHeight;
  if (top < scrolled) return top;
  if (top + rowHeight > scrolled + height) return Math.max(0, top + rowHeight - height);
  return undefined;
}

/** The row that a key leads to, from the row that is current; undefined where the key is not one that moves. */
export function rowAfterKey(key: string, row: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: count - 1,
  };
  const next = moves[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}
