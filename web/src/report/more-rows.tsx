import { type ReactNode, useContext, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { IsPrinted, MOST_PRINTED } from './print/use-printed.ts';

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
  const [asked, setAsked] = useState(FIRST);
  const isPrinted = useContext(IsPrinted);
  const limit = isPrinted ? MOST_PRINTED : asked;
  if (rows.length === 0) return <p className="panel-note soft">{empty}</p>;
  const shown = rows.slice(0, limit);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form */}
      <div className="table-scroll" role="group" aria-label={label} tabIndex={0}>
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
      </div>
      {rows.length > shown.length && (
        <p className="panel-note">
          {isPrinted ? (
            `and ${(rows.length - shown.length).toLocaleString('en')} more`
          ) : (
            <Button small onClick={() => setAsked(limit * 10)}>
              Show more: {(rows.length - shown.length).toLocaleString('en')} left
            </Button>
          )}
        </p>
      )}
    </>
  );
}
