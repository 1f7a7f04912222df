import { StoreError } from '../../errors.ts';
import type { LockShelf } from '../lock-shelf.ts';
import type { SqlConnection } from './connection.ts';
import { checkName } from './texts.ts';

/** Locks, by the clock of the database. */
export class SqlLockShelf implements LockShelf {
  readonly #connection: SqlConnection;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  async take(name: string, owner: string, duration: number, renew = false): Promise<Date | undefined> {
    checkName('name of the lock', name);
    checkName('owner of the lock', owner);
    if (!Number.isFinite(duration) || duration === 0) {
      throw new StoreError('store.bad-request', `A lock cannot last ${duration} ms.`);
    }
    const milliseconds = Math.trunc(duration);
    const { now } = this.#connection.dialect;
    const row = await this.#connection.write(async (sql) => {
      if (renew) {
        return await sql.get<{ until: number }>(
          `UPDATE lock SET until = ${now} + $3 WHERE name = $1 AND owner = $2 RETURNING until`,
          [name, owner, milliseconds],
        );
      }
      await sql.run(`DELETE FROM lock WHERE until < ${now}`);
      return await sql.get<{ until: number }>(
        `INSERT INTO lock (name, owner, until) VALUES ($1, $2, ${now} + $3) ON CONFLICT DO NOTHING RETURNING until`,
        [name, owner, milliseconds],
      );
    });
    return row && new Date(row.until);
  }

  async release(name: string, owner: string): Promise<void> {
    await this.#connection.write(
      async (sql) => await sql.run('DELETE FROM lock WHERE name = $1 AND owner = $2', [name, owner]),
    );
  }

  async find(name: string): Promise<{ readonly owner: string; readonly until: Date } | undefined> {
    const row = await this.#connection.get<{ owner: string; until: number }>(
      'SELECT owner, until FROM lock WHERE name = $1',
      [name],
    );
    return row && { owner: row.owner, until: new Date(row.until) };
  }
}
