import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlConnection, SqlRow } from '../../src/store/sql/connection.ts';

/** What the shelves rely on. */
export function describeConnection(open: () => Promise<SqlConnection>): void {
  describe('the connection', () => {
    let connection: SqlConnection;
    beforeAll(async () => {
      connection = await open();
      const { id, integer, text, bytes, table } = connection.dialect.define;
      await connection.write(
        async (sql) =>
          await sql.run(`CREATE TABLE thing (id ${id}, name ${text}, number ${integer}, content ${bytes}) ${table}`),
      );
    });
    afterAll(async () => await connection.close());

    const insert = 'INSERT INTO thing (name, number, content) VALUES ($1, $2, $3)';
    const named = async (name: string): Promise<unknown[]> =>
      await connection.all('SELECT name, number, content FROM thing WHERE name = $1 ORDER BY id', [name]);

    it('gives back what it was given', async () => {
      const content = Uint8Array.of(0, 1, 255);
      await connection.write(async (sql) => {
        expect(await sql.run(insert, ['kept', 2 ** 53 - 1, content])).toBe(1);
        expect(await sql.run(insert, ['kept', undefined, null])).toBe(1);
      });

      const [first, second] = (await named('kept')) as [{ content: Uint8Array }, unknown];
      expect({ ...first, content: [...first.content] }).toEqual({
        name: 'kept',
        number: 2 ** 53 - 1,
        content: [0, 1, 255],
      });
      expect(second).toEqual({ name: 'kept', number: null, content: null });
    });

    it('takes parameters in any order, and twice', async () => {
      const row = await connection.get('SELECT $2 AS b, $1 AS a, $2 AS c WHERE $1 <> $2', ['x', 'y']);

      expect(row).toEqual({ a: 'x', b: 'y', c: 'y' });
    });

    it('takes lists and tuples', async () => {
      const { dialect } = connection;
      const tuples = dialect.tuples('$1', 't', { id: 'integer', name: 'text' });
      const rows = await connection.all(
        `SELECT t.id, t.name, l.value AS more FROM ${tuples} JOIN ${dialect.list('$2', 'l', 'text')} ON l.value = t.name
        ORDER BY t.id`,
        [
          JSON.stringify([
            [2, '1'],
            [1, '"\\\n'],
            [3, null],
          ]),
          JSON.stringify(['1', '"\\\n']),
        ],
      );

      expect(rows).toEqual([
        { id: 1, name: '"\\\n', more: '"\\\n' },
        { id: 2, name: '1', more: '1' },
      ]);
    });

    it('gives rows as arrays, too', async () => {
      const sql = 'SELECT 1 AS a, $1 AS b, NULL AS c';

      expect(await connection.arrays(sql, ['x'])).toEqual([[1, 'x', null]]);
      expect(await connection.all(sql, ['x'])).toEqual([{ a: 1, b: 'x', c: null }]);
      expect(await connection.read(async (reader) => await reader.arrays(sql, ['y']))).toEqual([[1, 'y', null]]);
    });

    it('orders texts by code points', async () => {
      const names = ['\u{1F600}', '\u{FF21}', '\u{e4}', 'b', 'B', 'a'];
      await connection.write(async (sql) => {
        for (const name of names) await sql.run(insert, [name, 77, null]);
      });
      const rows = await connection.all<{ name: string }>('SELECT name FROM thing WHERE number = 77 ORDER BY name');

      expect(rows.map(({ name }) => name)).toEqual(['B', 'a', 'b', '\u{e4}', '\u{FF21}', '\u{1F600}']);
    });

    it('loads many rows, whatever is in them', async () => {
      const strange = ['', 'N', '\\N', '\\', 'tab\tnew\nline\rend', '\'quote"', '\\.', '\u{1F601}', 'null'];
      async function* rows(): AsyncGenerator<SqlRow> {
        for (const [index, text] of strange.entries()) yield [text, index, Uint8Array.of(index, 0x5c)];
        for (let index = 0; index < 50_000; index++) {
          if (index % 10_000 === 0) await setImmediate();
          yield ['bulk', index, undefined];
        }
      }
      const count = await connection.write(
        async (sql) => await sql.load('thing', ['name', 'number', 'content'], rows()),
      );

      expect(count).toBe(50_000 + strange.length);
      for (const [index, text] of strange.entries()) {
        const [row] = (await named(text)) as [{ number: number; content: Uint8Array }];
        expect([row.number, [...row.content]]).toEqual([index, [index, 0x5c]]);
      }
      const sum = await connection.get("SELECT count(*) AS n, sum(number) AS s FROM thing WHERE name = 'bulk'");
      expect({ ...(sum as object), s: Number((sum as { s: unknown }).s) }).toEqual({ n: 50_000, s: 1_249_975_000 });
    });

    it('keeps nothing of a transaction that fails, nor of rows that break off', async () => {
      const failing = connection.write(async (sql) => {
        await sql.run(insert, ['failed', 1, null]);
        await sql.load('thing', ['name'], [['failed'], ['failed']]);
        throw new RangeError('in the middle');
      });
      await expect(failing).rejects.toThrow(new RangeError('in the middle'));

      function* broken(): Generator<SqlRow> {
        for (let index = 0; index < 30_000; index++) yield ['failed', index];
        throw new RangeError('no more rows');
      }
      await expect(
        connection.write(async (sql) => await sql.load('thing', ['name', 'number'], broken())),
      ).rejects.toThrow('no more rows');
      expect(await named('failed')).toEqual([]);
      await connection.write(async (sql) => await sql.run(insert, ['afterwards', 1, null]));
      expect(await named('afterwards')).toHaveLength(1);
    });

    it('keeps nothing of a transaction that overlooks a failure', async () => {
      const careless = connection.write(async (sql) => {
        await sql.run(insert, ['careless', 1, null]);
        await sql.run('INSERT INTO thing (id, name) SELECT min(id), $1 FROM thing', ['careless']).catch(() => {});
        if (sql.dialect.name === 'sqlite') throw new Error('SQLite would go on');
      });

      await expect(careless).rejects.toThrow();
      expect(await named('careless')).toEqual([]);
    });

    it('shows others what is committed, and nothing before', async () => {
      const seen: number[] = [];
      await connection.write(async (sql) => {
        await sql.run(insert, ['seen', 1, null]);
        seen.push((await named('seen')).length);
        expect(await sql.all('SELECT name FROM thing WHERE name = $1', ['seen'])).toHaveLength(1);
      });
      seen.push((await named('seen')).length);

      expect(seen).toEqual([0, 1]);
    });

    it('shows one state to all statements of a reading', async () => {
      const counts = await connection.read(async (sql) => {
        const count = async (): Promise<number> =>
          (await sql.all('SELECT id FROM thing WHERE name = $1', ['changing'])).length;
        const before = await count();
        await connection.write(async (writer) => await writer.run(insert, ['changing', 1, null]));
        return [before, await count()];
      });

      expect(counts).toEqual([0, 0]);
      expect(await named('changing')).toHaveLength(1);
    });

    it('lets those that name the same thing go one after the other', async () => {
      const order: string[] = [];
      await Promise.all(
        ['a', 'b', 'c'].map((who) =>
          connection.write(async (sql) => {
            await sql.lockName('thing', 'same');
            order.push(who);
            await setImmediate();
            await sql.get('SELECT 1 AS one');
            order.push(who);
          }),
        ),
      );

      expect([order[0], order[2], order[4]]).toEqual([order[1], order[3], order[5]]);
    });

    it('tells the time of the database', async () => {
      const row = await connection.get<{ now: number }>(`SELECT ${connection.dialect.now} AS now`);

      expect(Math.abs((row?.now ?? 0) - Date.now())).toBeLessThan(5000);
    });
  });
}
