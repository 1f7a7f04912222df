import { StoreError } from '../../errors.ts';
import type { ValueShelf } from '../value-shelf.ts';
import type { SqlConnection } from './connection.ts';
import { checkName, checkText } from './texts.ts';

/** Keys and values. */
export class SqlValueShelf implements ValueShelf {
  readonly #connection: SqlConnection;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  async get(key: string): Promise<string | undefined> {
    const row = await this.#connection.get<{ value: string }>('SELECT value FROM key_value WHERE key = $1', [key]);
    return row?.value;
  }

  async set(key: string, value: string): Promise<void> {
    checkName('key', key);
    if (checkText('value', value) === '') throw new StoreError('store.bad-request', 'The value is empty.');
    await this.#connection.write(
      async (sql) =>
        await sql.run(
          'INSERT INTO key_value (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
          [key, value],
        ),
    );
  }
}
