/** The columns of the table of nodes. */
export const COLUMN_NAMES = [
  ...(['label', 'kind', 'host', 'state', 'worst', 'exposure', 'marks'] as const),
  ...(['processes', 'connections', 'cpu', 'memory'] as const),
];
export type Column = (typeof COLUMN_NAMES)[number];

/** By what rows are sorted. `turned`: what stood first stands last. */
export interface TableOrder {
  readonly column: Column;
  readonly turned: boolean;
}

/** Reads `cpu`, or `-cpu` for the other way round. */
export function tableOrderOf(word: string | undefined): TableOrder | undefined {
  const turned = word?.startsWith('-') === true;
  const column = COLUMN_NAMES.find((known) => known === (turned ? word?.slice(1) : word));
  return column === undefined ? undefined : { column, turned };
}

export function wordOfOrder({ column, turned }: TableOrder): string {
  return `${turned ? '-' : ''}${column}`;
}
