/**
 * Rows by their ids, so that the database need not send again what it sent before. For rows that are never changed and
 * never removed. Ids mean the same for as long as the table is the same one, which `table` tells: a database that was
 * restored, or another one that stands in for it, may give the same ids to other rows.
 *
 * Of two halves the older one goes when the younger one is full: what was not asked for meanwhile is forgotten.
 */
export class KnownRows<Row extends object> {
  readonly #limit: number;
  readonly #bytesOf: (row: Row) => number;
  #table: string = '';
  #young = new Map<number, Row>();
  #old = new Map<number, Row>();
  /** Of the younger half. */
  #bytes = 0;

  /**
   * @param limit bytes of memory, about
   * @param bytesOf what a row takes of them
   */
  constructor(limit: number, bytesOf: (row: Row) => number) {
    this.#limit = limit;
    this.#bytesOf = bytesOf;
  }

  /** How many rows are known. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /**
   * Rows of ids: those that are known, and the others, which are known from then on.
   * @param table what tells the table from one of the same name: `Dialect.identity`
   * @param read reads rows that are not known
   */
  async find(
    table: string,
    ids: Iterable<number>,
    read: (ids: readonly number[]) => Promise<Iterable<readonly [id: number, row: Row]>>,
  ): Promise<ReadonlyMap<number, Row>> {
    const found = new Map<number, Row>();
    const missing = new Set<number>();
    this.#stand(table);
    for (const id of ids) {
      const row = this.#find(id);
      if (row === undefined) missing.add(id);
      else found.set(id, row);
    }
    if (missing.size === 0) return found;
    const rows = await read([...missing]);
    // Meanwhile somebody else may have found another table.
    this.#stand(table);
    for (const [id, row] of rows) {
      found.set(id, row);
      if (!this.#young.has(id)) this.#keep(id, row);
    }
    return found;
  }

  #stand(table: string): void {
    if (table === this.#table) return;
    this.#table = table;
    this.#young = new Map();
    this.#old = new Map();
    this.#bytes = 0;
  }

  #find(id: number): Row | undefined {
    const young = this.#young.get(id);
    if (young !== undefined) return young;
    const old = this.#old.get(id);
    if (old === undefined) return undefined;
    this.#old.delete(id);
    this.#keep(id, old);
    return old;
  }

  #keep(id: number, row: Row): void {
    const bytes = this.#bytesOf(row);
    // One that would drive out all others.
    if (bytes > this.#limit / 2) return;
    if (this.#bytes + bytes > this.#limit / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#bytes = 0;
    }
    this.#young.set(id, row);
    this.#bytes += bytes;
  }
}

/** Bytes of texts: the engine keeps one with a byte for each character where that is enough for all of them. */
export function textBytes(...texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length * (/[^\u0000-\u00ff]/.test(text) ? 2 : 1), 0);
}
