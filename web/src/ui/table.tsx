// biome-ignore-all lint/a11y/noStaticElementInteractions: it is a grid, whose role depends on its rows
// biome-ignore-all lint/a11y/useAriaPropsSupportedByRole: it is a grid, whose role depends on its rows
// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot be drawn by its window
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and says which row is current
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { rowAfterKey, scrollToRow, tableWindow } from './table-window.ts';
import './table.css';

/** A column of a long table. */
export interface TableColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of a CSS grid: `6rem`, `minmax(8rem, 2fr)`. */
  readonly width: string;
  readonly align?: 'end';
  readonly cell: (row: Row) => ReactNode;
  /** Absent: it cannot be sorted by this column. */
  readonly sort?: { readonly direction?: 'ascending' | 'descending' | undefined; readonly change: () => void };
}

/** The line above rows that belong together. */
export interface TableGroupLine {
  readonly content: ReactNode;
  readonly isOpen: boolean;
}

export interface TableProps<Row> {
  /** What the table is of, for those who do not see it. */
  readonly label: string;
  readonly count: number;
  readonly rowAt: (index: number) => Row;
  readonly keyOf: (row: Row, index: number) => string | number;
  readonly columns: readonly TableColumn<Row>[];
  /** The whole row where there is no room for columns: two lines at most. */
  readonly narrow: (row: Row) => ReactNode;
  /** Of a row that is the head of others; absent: of no row. */
  readonly groupOf?: (row: Row) => TableGroupLine | undefined;
  /** A row was opened, by Enter, or a press; of a head, it is to be opened or shut. */
  readonly onOpen?: (row: Row, index: number) => void;
  /** The row whose details are shown. */
  readonly selected?: number | undefined;
  /** What stands where there are no rows. */
  readonly empty?: ReactNode;
  /** Whatever of the list changes its order: scrolls to the top. */
  readonly orderedBy?: string;
}

/** Pixels; the same as `--row` in the table's style. */
const ROW = 32;
const NARROW_ROW = 56;
/** Where a table gets narrower than that, its rows have two lines and no columns. */
const NARROW = 860;

/**
 * A table of as many rows as there are: those that are seen are drawn. Rows have one height. One row is current; arrow keys,
 * Page Up and Down, Home and End move to another, Enter opens it. (The grid pattern of the ARIA Authoring Practices.)
 */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { label, count, rowAt, keyOf, columns, groupOf, onOpen, selected, empty, orderedBy } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const [size, setSize] = useState({ width: 1200, height: 600 });
  const [asked, setCurrent] = useState(0);
  const current = Math.max(0, Math.min(asked, count - 1));
  const isNarrow = size.width < NARROW;
  const rowHeight = isNarrow ? NARROW_ROW : ROW;
  const head = isNarrow ? 0 : ROW;
  const { start, end } = tableWindow(count, rowHeight, scrolled, size.height - head);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another order begins at its top
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
    setCurrent(0);
  }, [orderedBy]);

  useEffect(() => {
    if (selected === undefined) return;
    setCurrent(selected);
    show(scroller.current, selected, rowHeight, head);
  }, [selected, rowHeight, head]);

  const open = (index: number): void => {
    setCurrent(index);
    onOpen?.(rowAt(index), index);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== event.currentTarget || count === 0) return;
    const page = Math.max(1, Math.floor((size.height - head) / rowHeight) - 1);
    const next = rowAfterKey(event.key, current, count, page);
    if (next !== undefined) {
      event.preventDefault();
      setCurrent(next);
      show(scroller.current, next, rowHeight, head);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(current);
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      const group = groupOf?.(rowAt(current));
      if (group === undefined || group.isOpen === (event.key === 'ArrowRight')) return;
      event.preventDefault();
      open(current);
    }
  };

  const rows: ReactNode[] = [];
  for (let index = start; index < end; index++) {
    const row = rowAt(index);
    rows.push(
      <Line
        key={keyOf(row, index)}
        id={`${id}-${index}`}
        index={index}
        row={row}
        columns={columns}
        narrow={isNarrow ? props.narrow : undefined}
        group={groupOf?.(row)}
        isTree={groupOf !== undefined}
        isCurrent={index === current}
        isSelected={index === selected}
      />,
    );
  }

  const tracks = { '--tracks': columns.map(({ width }) => width).join(' ') } as CSSProperties;
  return (
    <div className={isNarrow ? 'long-table narrow' : 'long-table'} style={tracks}>
      <div
        ref={scroller}
        className="long-table-scroll"
        role={groupOf === undefined ? 'grid' : 'treegrid'}
        aria-label={label}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-readonly
        aria-activedescendant={current >= start && current < end ? `${id}-${current}` : undefined}
        tabIndex={0}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className="long-table-head">
          <div role="row" aria-rowindex={1} className="long-table-row">
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} />
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          className="long-table-body"
          style={{ '--whole': `${count * rowHeight}px`, '--above': `${start * rowHeight}px` } as CSSProperties}
        >
          <div
            role="presentation"
            className="long-table-drawn"
            onClick={(event) => {
              const line = (event.target as Element).closest('[aria-rowindex]');
              if (line === null || (event.target as Element).closest('a, button') !== null) return;
              if (getSelection()?.type === 'Range') return;
              open(Number(line.getAttribute('aria-rowindex')) - 2);
            }}
          >
            {rows}
          </div>
        </div>
      </div>
      {count === 0 && <div className="long-table-empty">{empty}</div>}
    </div>
  );
}

/** Scrolls as little as is needed for a row to be seen whole. */
function show(scroller: HTMLElement | null, row: number, rowHeight: number, head: number): void {
  if (scroller === null) return;
  const top = scrollToRow(row, rowHeight, scroller.scrollTop, scroller.clientHeight - head);
  if (top !== undefined) scroller.scrollTop = top;
}

function HeadCell<Row>({ column: { title, align, sort } }: { readonly column: TableColumn<Row> }): ReactNode {
  return (
    <div
      role="columnheader"
      className={align === 'end' ? 'end' : undefined}
      aria-sort={sort === undefined ? undefined : (sort.direction ?? 'none')}
    >
      {sort === undefined ? (
        title
      ) : (
        <button type="button" className="plain-button" onClick={sort.change}>
          {title}
          <span aria-hidden="true" className="long-table-sort">
            {sort.direction === undefined ? '' : sort.direction === 'ascending' ? '▲' : '▼'}
          </span>
        </button>
      )}
    </div>
  );
}

interface LineProps<Row> {
  readonly id: string;
  readonly index: number;
  readonly row: Row;
  readonly columns: readonly TableColumn<Row>[];
  readonly narrow: ((row: Row) => ReactNode) | undefined;
  readonly group: TableGroupLine | undefined;
  readonly isTree: boolean;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
}

const Line = memo(function Line<Row>(props: LineProps<Row>): ReactNode {
  const { id, index, row, columns, narrow, group, isTree, isCurrent, isSelected } = props;
  const classes = ['long-table-row'];
  if (isCurrent) classes.push('current');
  if (isSelected) classes.push('selected');
  if (group !== undefined) classes.push('group');
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-level={isTree ? (group === undefined ? 2 : 1) : undefined}
      aria-expanded={group?.isOpen}
      className={classes.join(' ')}
    >
      {group !== undefined ? (
        <div role="gridcell" aria-colspan={columns.length} className="whole">
          <span aria-hidden="true" className="long-table-turn" />
          {group.content}
        </div>
      ) : narrow !== undefined ? (
        <div role="gridcell" aria-colspan={columns.length} className="whole">
          {narrow(row)}
        </div>
      ) : (
        columns.map((column) => (
          <div key={column.id} role="gridcell" className={column.align === 'end' ? 'end' : undefined}>
            {column.cell(row)}
          </div>
        ))
      )}
    </div>
  );
}) as <Row>(props: LineProps<Row>) => ReactNode;
