import { displayWidth, padTo, wrapTo } from './display-width.ts';

/** Two blanks between columns. */
const GAP = 2;
/** Narrower than this the last column is not worth reading beside the others: it gets lines of its own. */
const NARROWEST_LAST = 24;
const OWN_LINE = '    ';

/**
 * Rows in columns as wide as their content, the last one wrapped to what the page leaves, or below the others where that
 * is too little. Cells are safe text already.
 */
export function columnLines(rows: readonly (readonly string[])[], width: number): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...rows.map((row) => displayWidth(row[i] ?? ''))));
  const indent = widths.slice(0, -1).reduce((sum, w) => sum + w + GAP, 0);
  const last = width - indent;
  const isBelow = last < Math.min(NARROWEST_LAST, widths.at(-1) ?? 0);
  return rows.flatMap((row) => {
    const start = row.slice(0, count - 1).map((cell, i) => padTo(cell, widths[i]! + GAP));
    const end = row[count - 1] ?? '';
    if (isBelow) return [...wrapTo(start.join('').trimEnd(), width), ...below(end, width)].map((l) => l.trimEnd());
    const [first = '', ...more] = wrapTo(end, last);
    return [`${start.join('')}${first}`.trimEnd(), ...more.map((line) => ' '.repeat(indent) + line)];
  });
}

function below(text: string, width: number): string[] {
  return wrapTo(text, width - OWN_LINE.length).map((line) => OWN_LINE + line);
}
