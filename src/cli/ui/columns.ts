import { displayWidth, padTo, wrapTo } from '../../report/display-width.ts';
import { escapeText } from '../../report/escape.ts';

/** Two blanks between columns. */
const GAP = 2;
const NARROWEST_LAST = 20;

/**
 * A plain table: columns as wide as their content, the last one wrapped to what the terminal leaves.
 * Cells are escaped. `width` undefined: nothing is wrapped.
 */
export function layOut(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const table = [header, ...rows].map((row) => row.map((cell) => escapeText(cell)));
  const widths = header.map((_, i) => Math.max(...table.map((row) => displayWidth(row[i] ?? ''))));
  const indent = widths.slice(0, -1).reduce((sum, w) => sum + w + GAP, 0);
  const last = width === undefined ? Number.POSITIVE_INFINITY : Math.max(NARROWEST_LAST, width - indent);
  return table
    .flatMap((row) => {
      const start = row.slice(0, -1).map((cell, i) => padTo(cell, widths[i]! + GAP));
      const [first = '', ...more] = wrapTo(row.at(-1) ?? '', last);
      return [`${start.join('')}${first}`.trimEnd(), ...more.map((line) => ' '.repeat(indent) + line)];
    })
    .map((line) => `${line}\n`)
    .join('');
}
