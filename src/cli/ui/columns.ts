import { columnLines } from '../../report/columns.ts';
import { escapeText } from '../../report/escape.ts';

/** A plain table, no wider than `width` where its words allow that. Cells are escaped. */
export function layOut(header: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const table = [header, ...rows].map((row) => row.map((cell) => escapeText(cell)));
  return columnLines(table, width)
    .map((line) => `${line}\n`)
    .join('');
}
