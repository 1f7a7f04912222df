import type { Advisory, AdvisoryHit } from '../model/advisory.ts';
import { decodeAdvisory, decodeAffected } from './encoding.ts';
import { type Database, guarded } from './sqlite.ts';

/** A row of `affected` as the look-ups select it. */
export type HitRow = readonly [
  feed: number,
  namespace: string,
  name: string,
  kind: number,
  state: number,
  fixed: string | null,
  extra: string | null,
  advisory: number,
];

type Details = Omit<Advisory, 'affected'>;
type DetailRow = readonly [id: number, key: string, name: string, severity: number, detail: string | null];

/**
 * Makes hits of rows. Most of them will be settled by their versions alone, so the advisory of a hit is read when it is
 * first looked at, together with those of all hits of the same package.
 */
export class HitReader {
  readonly #path: string;
  readonly #database: Database;
  readonly #feeds = new Map<number, string>();
  readonly #details = new Map<number, Details>();
  readonly #select: ReturnType<Database['prepare']>;

  constructor(database: Database, path: string) {
    this.#database = database;
    this.#path = path;
    this.#select = database.prepare(`
      SELECT d.id, d.key, d.name, d.severity, d.detail FROM json_each(?) k CROSS JOIN advisory d ON d.id = k.value`);
    this.#select.setReturnArrays(true);
  }

  /** The hits of one package. */
  hits(rows: readonly HitRow[]): readonly AdvisoryHit[] {
    return rows.map((row) => {
      const [feed, namespace, name, kind, state, fixed, extra, advisory] = row;
      const read = (): Details => this.#advisory(advisory, rows);
      return {
        feed: this.#feed(feed),
        affected: decodeAffected({ namespace, package: name, kind, state, fixed, extra }),
        get advisory() {
          return read();
        },
      };
    });
  }

  #advisory(id: number, rows: readonly HitRow[]): Details {
    const known = this.#details.get(id);
    if (known !== undefined) return known;
    guarded(this.#path, () => {
      const ids = new Set(rows.map((row) => row[7]));
      const unread = [...ids].filter((other) => !this.#details.has(other));
      for (const row of this.#select.all(JSON.stringify(unread)) as unknown as DetailRow[]) {
        const [found, key, name, severity, detail] = row;
        this.#details.set(found, decodeAdvisory(key, name, severity, detail));
      }
    });
    return this.#details.get(id) as Details;
  }

  #feed(id: number): string {
    let name = this.#feeds.get(id);
    if (name === undefined) {
      const select = this.#database.prepare('SELECT name FROM feed WHERE id = ?');
      select.setReturnArrays(true);
      [name] = select.get(id) as unknown as readonly [string];
      this.#feeds.set(id, name);
    }
    return name;
  }
}
