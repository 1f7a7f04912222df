import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button.tsx';

/** Rows that are there at once; each press shows ten times as many, until all are. */
const FIRST = 12;

/** A table whose first rows are shown, and the others on request. */
export function MoreRows<Row>(props: {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  readonly cells: (row: Row) => readonly ReactNode[];
  readonly empty: string;
}): ReactNode {
  const { label, head, rows, cells, empty } = props;
  const [limit, setLimit] = useState(FIRST);
  if (rows.length === 0) return <p className="panel-note soft">{empty}</p>;
  const shown = rows.slice(0, limit);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section className="table-scroll" aria-label={label} tabIndex={0}>
        <table className="data-table">
          <caption className="unseen">{label}</caption>
          <thead>
            <tr>
              {head.map((word, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never change
                <th key={place} scope="col">
                  {word === '' ? <span className="unseen">more</span> : word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows never change
              <tr key={place}>
                {cells(row).map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns never change
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown.length && (
        <p className="panel-note">
          <Button small onClick={() => setLimit(limit * 10)}>
            Show more: {(rows.length - shown.length).toLocaleString('en')} left
          </Button>
        </p>
      )}
    </>
  );
}
