import type { ReadingShelf } from '../reading-shelf.ts';
import type { SqlConnection, SqlRow } from './connection.ts';
import { checkName } from './texts.ts';

/** Milliseconds within which a further use of a record is not written down. */
const DAY = 24 * 3_600_000;

/** Records of layers, by the clock of the database. */
export class SqlReadingShelf implements ReadingShelf {
  readonly #connection: SqlConnection;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  async has(key: string): Promise<boolean> {
    return (await this.#connection.get('SELECT 1 AS found FROM layer_reading WHERE key = $1', [key])) !== undefined;
  }

  async get(key: string): Promise<Buffer | undefined> {
    const { now } = this.#connection.dialect;
    const rows = await this.#connection.all<{ bytes: Uint8Array; unused: number }>(
      `SELECT p.bytes AS bytes, ${now} - r.used_at AS unused
      FROM layer_reading r JOIN layer_reading_piece p ON p.reading_id = r.id WHERE r.key = $1 ORDER BY p.position`,
      [key],
    );
    const [first] = rows;
    if (first === undefined) return undefined;
    if (first.unused >= DAY) {
      await this.#connection.write(
        async (sql) => await sql.run(`UPDATE layer_reading SET used_at = ${now} WHERE key = $1`, [key]),
      );
    }
    return Buffer.concat(rows.map(({ bytes }) => bytes));
  }

  async put(key: string, pieces: () => Iterable<Uint8Array>): Promise<void> {
    checkName('key', key);
    const { now } = this.#connection.dialect;
    await this.#connection.write(async (sql) => {
      const row = await sql.get<{ id: number }>(
        `INSERT INTO layer_reading (key, size, used_at) VALUES ($1, 0, ${now}) ON CONFLICT DO NOTHING RETURNING id`,
        [key],
      );
      if (row === undefined) return;
      let size = 0;
      const rows = function* (): Generator<SqlRow, void, void> {
        let position = 0;
        for (const piece of pieces()) {
          size += piece.length;
          yield [row.id, position++, piece];
        }
      };
      await sql.load('layer_reading_piece', ['reading_id', 'position', 'bytes'], rows());
      await sql.run('UPDATE layer_reading SET size = $2 WHERE id = $1', [row.id, size]);
    });
  }

  async remove(key: string): Promise<void> {
    await this.#connection.write(async (sql) => await sql.run('DELETE FROM layer_reading WHERE key = $1', [key]));
  }

  async sweep({ bytes, age }: { readonly bytes: number; readonly age: number }): Promise<number> {
    const { now } = this.#connection.dialect;
    return await this.#connection.write(async (sql) => {
      const old = await sql.run(`DELETE FROM layer_reading WHERE used_at < ${now} - $1`, [age]);
      const beyond = await sql.run(
        `DELETE FROM layer_reading WHERE id IN (
          SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY used_at DESC, id DESC) AS upto FROM layer_reading) AS kept
          WHERE upto > $1
        )`,
        [bytes],
      );
      return old + beyond;
    });
  }
}
